import { useEffect, useRef, useState } from 'react';
import { IconButton } from '@/components/Button';
import { Icon } from '@/components/Icon';
import { useModal } from '@/components/useModal';
import { buildHash } from '@/lib/route';
import { readStored, writeStored } from '@/lib/storage';
import type { MenuSection } from '../menu';
import { isBuilt } from '../screens';
import styles from './Sidebar.module.css';
import { ThemeSwitch } from './ThemeSwitch';

interface NavProps {
  menu: readonly MenuSection[];
  /** Id of the screen on show. */
  current: string;
  onSearch: () => void;
}

interface SidebarProps extends NavProps {
  isOpen: boolean;
  onOpen: () => void;
  onClose: () => void;
}

/**
 * Wide windows: the whole navigation. Below 1100 px: a rail of section icons that opens it as a sheet. Below 800 px: only the
 * sheet, opened from the top bar.
 */
export function Sidebar(props: SidebarProps) {
  const section = props.menu.find((candidate) =>
    candidate.entries.some((entry) => entry.id === props.current),
  );
  return (
    <>
      <aside className={styles.full}>
        <Nav {...props} />
      </aside>
      <aside className={styles.rail}>
        <IconButton icon="menu" label="메뉴 열기" onClick={props.onOpen} />
        <IconButton icon="search" label="찾기 (Ctrl+K)" onClick={props.onSearch} />
        <hr />
        {props.menu.map((candidate) => (
          <IconButton
            key={candidate.id}
            icon={candidate.id}
            label={candidate.label}
            className={candidate === section ? styles.railCurrent : ''}
            onClick={props.onOpen}
          />
        ))}
      </aside>
      {props.isOpen && <NavSheet {...props} />}
    </>
  );
}

function NavSheet(props: SidebarProps) {
  const dialog = useModal();
  const { onClose } = props;
  useEffect(() => {
    // Choosing an entry, or going back, closes the sheet: what was chosen is then in view.
    window.addEventListener('hashchange', onClose);
    return () => window.removeEventListener('hashchange', onClose);
  }, [onClose]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard's way to close is ESC (cancel event); the click is for the backdrop.
    <dialog
      ref={dialog}
      className={styles.sheet}
      aria-label="메뉴"
      onCancel={onClose}
      onClick={(event) => {
        const target = event.target as Element;
        if (target === event.currentTarget || target.closest('a[aria-current]')) onClose();
      }}
    >
      <Nav {...props} />
      <div className={styles.sheetFoot}>
        <ThemeSwitch />
      </div>
    </dialog>
  );
}

function Nav({ menu, current, onSearch }: NavProps) {
  const nav = useRef<HTMLElement>(null);
  // Where one is must be in view, also when the menu is longer than the window.
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when another screen is on show.
  useEffect(() => {
    nav.current?.querySelector('[aria-current]')?.scrollIntoView?.({ block: 'nearest' });
  }, [current]);
  return (
    <nav className={styles.nav} aria-label="대시보드" ref={nav}>
      <p className={styles.product}>Salesmap Mirror</p>
      <button type="button" className={styles.search} onClick={onSearch}>
        <Icon name="search" />
        찾기
        <kbd>{/Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘K' : 'Ctrl K'}</kbd>
      </button>
      <div className={styles.sections}>
        {menu.map((section) => (
          <Section key={section.id} section={section} current={current} />
        ))}
      </div>
    </nav>
  );
}

function Section({ section, current }: { section: MenuSection; current: string }) {
  const key = `menu_section_open__${section.id}`;
  const [isOpen, setOpen] = useState(() => readStored(key) !== 'false');
  const holdsCurrent = section.entries.some((entry) => entry.id === current);
  const toggle = () => {
    writeStored(key, String(!isOpen));
    setOpen(!isOpen);
  };
  return (
    <div className={styles.section}>
      <button
        type="button"
        className={styles.heading}
        aria-expanded={isOpen}
        data-current={holdsCurrent || undefined}
        onClick={toggle}
      >
        <Icon name="chevron" />
        {section.label}
      </button>
      {isOpen && (
        <ul>
          {section.entries
            .filter((entry) => !entry.hidden)
            .map((entry) => (
              <li key={entry.id}>
                <a
                  href={buildHash(entry.id)}
                  className={styles.entry}
                  data-level={entry.level}
                  data-coming={!isBuilt(entry.id) || undefined}
                  data-tip={isBuilt(entry.id) ? entry.label : `${entry.label}: 다음 버전에서 제공됩니다`}
                  data-tip-when={isBuilt(entry.id) ? 'cut' : undefined}
                  aria-current={entry.id === current ? 'page' : undefined}
                >
                  {entry.level > 0 && <span aria-hidden="true">↳ </span>}
                  {entry.label}
                </a>
              </li>
            ))}
        </ul>
      )}
    </div>
  );
}
