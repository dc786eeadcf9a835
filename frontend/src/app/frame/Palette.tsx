import { type KeyboardEvent, useDeferredValue, useEffect, useId, useMemo, useRef, useState } from 'react';
import { ALL_SIZES, useOrgSearch } from '@/api/queries';
import { Dialog } from '@/components/Dialog';
import { matches } from '@/lib/hangul';
import { namesOf } from '@/lib/names';
import { navigate } from '@/lib/route';
import type { MenuSection } from '../menu';
import styles from './Palette.module.css';

const MAX_ORGS = 12;
const SEARCH_DELAY_MS = 150;

interface Item {
  key: string;
  label: string;
  hint: string;
  open: () => void;
}

/** Ctrl/⌘-K: every screen, and every organisation of the snapshot, by name. */
export function Palette({ menu, onClose }: { menu: readonly MenuSection[]; onClose: () => void }) {
  const [text, setText] = useState('');
  const [active, setActive] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const search = useDelayed(useDeferredValue(text.trim()), SEARCH_DELAY_MS);
  const orgs = useOrgSearch(search, MAX_ORGS);

  const screens: readonly Item[] = useMemo(
    () =>
      menu.flatMap((section) =>
        section.entries
          .filter((entry) => !entry.absent && matches(entry.label, text))
          .map((entry) => ({
            key: entry.id,
            label: entry.label,
            hint: section.label,
            open: () => navigate(entry.id),
          })),
      ),
    [menu, text],
  );
  const companies: readonly Item[] = (text.trim() === '' ? [] : (orgs.data ?? [])).map((org) => ({
    key: org.id,
    label: org.name,
    hint: [org.size, ...namesOf(org.team)].filter(Boolean).join(' · '),
    open: () => navigate('org-view', { size: ALL_SIZES, org: org.id }),
  }));
  const items = [...screens, ...companies];
  const current = Math.min(active, items.length - 1);

  const choose = (item: Item | undefined) => {
    if (!item) return;
    onClose();
    item.open();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0 && items.length > 0) {
      event.preventDefault();
      setActive((current + step + items.length) % items.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      choose(items[current]);
    }
  };

  useEffect(() => {
    list.current?.querySelector(`[data-index="${current}"]`)?.scrollIntoView?.({ block: 'nearest' });
  }, [current]);

  const option = (item: Item, index: number) => (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox input handles the keys.
    // biome-ignore lint/a11y/useFocusableInteractive: options of a combobox are pointed to by aria-activedescendant.
    <div
      key={item.key}
      id={`${id}-${index}`}
      data-index={index}
      role="option"
      aria-selected={index === current}
      className={styles.option}
      onClick={() => choose(item)}
      onPointerMove={() => setActive(index)}
    >
      <span>{item.label}</span>
      <small>{item.hint}</small>
    </div>
  );

  return (
    <Dialog label="찾기" onClose={onClose}>
      <input
        className={styles.input}
        type="text"
        role="combobox"
        aria-label="화면이나 회사 이름"
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={items.length > 0 ? `${id}-${current}` : undefined}
        placeholder="화면이나 회사 이름"
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div className={styles.list} id={`${id}-list`} role="listbox" aria-label="결과" ref={list}>
        {screens.length > 0 && (
          // biome-ignore lint/a11y/useSemanticElements: a fieldset has no place inside a listbox.
          <div role="group" aria-labelledby={`${id}-screens`}>
            <p className={styles.group} id={`${id}-screens`}>
              화면
            </p>
            {screens.map((item, index) => option(item, index))}
          </div>
        )}
        {companies.length > 0 && (
          // biome-ignore lint/a11y/useSemanticElements: a fieldset has no place inside a listbox.
          <div role="group" aria-labelledby={`${id}-orgs`}>
            <p className={styles.group} id={`${id}-orgs`}>
              회사
            </p>
            {companies.map((item, index) => option(item, screens.length + index))}
          </div>
        )}
      </div>
      {items.length === 0 && (
        <p className={styles.none} role="status">
          {orgs.isLoading || search !== text.trim()
            ? '찾는 중입니다'
            : `‘${text.trim()}’에 맞는 화면이나 회사가 없습니다`}
        </p>
      )}
    </Dialog>
  );
}

function useDelayed(value: string, delayMs: number): string {
  const [delayed, setDelayed] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setDelayed(value), delayMs);
    return () => clearTimeout(timer);
  }, [value, delayMs]);
  return delayed;
}
