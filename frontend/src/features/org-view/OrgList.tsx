import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import type { Organization, OrgPages } from '@/api/queries';
import { changeKey, useChanged } from '@/components/table/useChanged';
import { usePrinting } from '@/components/table/usePrinting';
import { namesOf } from '@/lib/names';
import { orgName } from './columns';
import styles from './OrgList.module.css';

/** Keep in step with `.option`. */
const ROW_HEIGHT = 46;
const SKELETON_ROWS = 10;
/** Rows from the end at which the next page is asked for. */
const LOAD_AHEAD = 40;
/** Up to this many rows come without scrolling: then the count is exact and typing ahead finds every name. */
const LOAD_AT_ONCE = 1000;
/** Letters typed within this time belong to one word. */
const TYPE_AHEAD_MS = 700;

interface OrgListProps {
  orgs: OrgPages;
  /** What the list is the list of; another one starts at its top. */
  subject: string;
  selected: string;
  onSelect: (id: string) => void;
  empty: ReactNode;
}

/** The organisations of a filter: a listbox in the API's order that draws only what is in view. */
export function OrgList({ orgs, subject, selected, onSelect, empty }: OrgListProps) {
  const rows = orgs.data ?? NO_ROWS;
  const frame = useRef<HTMLDivElement>(null);
  const id = useId();
  const [active, setActive] = useState<string>();
  const typed = useRef({ text: '', at: 0 });
  const printing = usePrinting();

  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
  });
  const changed = useChanged({ subject, generation: orgs.generation, rows, rowKey: (org) => org.id, marks });

  const selectedIndex = rows.findIndex((org) => org.id === selected);
  const activeIndex = Math.max(
    0,
    rows.findIndex((org) => org.id === (active ?? selected)),
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: another filter starts at the top; the rows themselves do not move the list.
  useEffect(() => {
    setActive(undefined);
    if (frame.current) frame.current.scrollTop = 0;
  }, [subject]);

  // A selection from the address is brought into view once its row is there.
  const shown = useRef('');
  useEffect(() => {
    if (selectedIndex < 0 || shown.current === selected) return;
    shown.current = selected;
    virtualizer.scrollToIndex(selectedIndex, { align: 'auto' });
  }, [selected, selectedIndex, virtualizer]);

  const items = virtualizer.getVirtualItems();
  const lastDrawn = items.at(-1)?.index ?? 0;
  const { hasMore, loadMore } = orgs;
  useEffect(() => {
    if (hasMore && (rows.length < LOAD_AT_ONCE || lastDrawn >= rows.length - LOAD_AHEAD)) loadMore();
  }, [hasMore, lastDrawn, rows.length, loadMore]);

  const move = (index: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, index));
    setActive(rows[next]?.id);
    virtualizer.scrollToIndex(next);
  };

  const typeAhead = (letter: string, now: number) => {
    const text = now - typed.current.at > TYPE_AHEAD_MS ? letter : typed.current.text + letter;
    typed.current = { text, at: now };
    const from = text.length === 1 ? activeIndex + 1 : activeIndex;
    for (let step = 0; step < rows.length; step++) {
      const index = (from + step) % rows.length;
      const org = rows[index];
      if (org && orgName(org).toLocaleLowerCase('ko').startsWith(text.toLocaleLowerCase('ko'))) {
        move(index);
        return;
      }
    }
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey || rows.length === 0) return;
    const page = Math.max(1, Math.floor((frame.current?.clientHeight ?? ROW_HEIGHT) / ROW_HEIGHT) - 1);
    const targets: Record<string, number> = {
      ArrowDown: activeIndex + 1,
      ArrowUp: activeIndex - 1,
      PageDown: activeIndex + page,
      PageUp: activeIndex - page,
      Home: 0,
      End: rows.length - 1,
    };
    const target = targets[event.key];
    if (target !== undefined) {
      event.preventDefault();
      move(target);
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      const org = rows[activeIndex];
      if (org) onSelect(org.id);
    } else if (event.key.length === 1 && event.key !== '/' && event.key !== '?') {
      typeAhead(event.key, event.timeStamp);
    }
  };

  if (orgs.isLoading) {
    return (
      <div className={styles.list} aria-busy="true">
        {Array.from({ length: SKELETON_ROWS }, (_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity.
          <div key={index} className={styles.skeleton} aria-hidden="true">
            <span />
            <span />
          </div>
        ))}
      </div>
    );
  }
  if (rows.length === 0) return <div className={styles.list}>{empty}</div>;

  const drawn = printing ? rows.map((_, index) => ({ index, start: index * ROW_HEIGHT })) : items;
  return (
    <div
      className={styles.list}
      ref={frame}
      role="listbox"
      aria-label="회사 목록"
      tabIndex={0}
      aria-activedescendant={`${id}-${activeIndex}`}
      onKeyDown={onKeyDown}
    >
      <div className={styles.extent} role="presentation" style={{ height: virtualizer.getTotalSize() }}>
        {drawn.map(({ index, start }) => {
          const org = rows[index];
          if (!org) return null;
          const isNews = Object.keys(marks(org)).some((mark) => changed.has(changeKey(org.id, mark)));
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the listbox handles the keys.
            // biome-ignore lint/a11y/useFocusableInteractive: options are pointed to by aria-activedescendant.
            <div
              key={org.id}
              id={`${id}-${index}`}
              role="option"
              aria-selected={org.id === selected}
              aria-posinset={index + 1}
              aria-setsize={orgs.hasMore ? -1 : rows.length}
              data-active={index === activeIndex || undefined}
              className={isNews ? `${styles.option} ${styles.news}` : styles.option}
              style={{ transform: `translateY(${start}px)` }}
              onClick={() => {
                setActive(org.id);
                onSelect(org.id);
              }}
            >
              <span className={styles.name} data-tip={orgName(org)} data-tip-when="cut">
                {orgName(org)}
              </span>
              <span className={styles.size}>{org.size?.trim()}</span>
              <span className={styles.who} data-tip={who(org)} data-tip-when="cut">
                {who(org) || '팀·담당자 미입력'}
              </span>
            </div>
          );
        })}
      </div>
    </div>
  );
}

const NO_ROWS: readonly Organization[] = [];

function who(org: Organization): string {
  return [...namesOf(org.team), ...namesOf(org.owner)].join(' · ');
}

function marks(org: Organization): Readonly<Record<string, string>> {
  return { name: org.name, size: org.size ?? '', who: who(org) };
}
