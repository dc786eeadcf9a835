import { IconButton } from '@/components/Button';
import { useToasts } from '@/components/toast';
import { SnapshotBadge } from './SnapshotBadge';
import { ThemeSwitch } from './ThemeSwitch';
import styles from './TopBar.module.css';

interface TopBarProps {
  title: string;
  /** Where a screen puts its scope and year controls. */
  slotRef: (element: HTMLElement | null) => void;
  onMenu: () => void;
}

export function TopBar({ title, slotRef, onMenu }: TopBarProps) {
  const toasts = useToasts();
  const copyLink = async () => {
    try {
      await navigator.clipboard.writeText(window.location.href);
      toasts.show('info', '이 화면의 링크를 복사했습니다');
    } catch {
      toasts.show('error', '링크를 복사하지 못했습니다. 주소창의 주소를 복사해 주세요.');
    }
  };
  return (
    <header className={styles.bar}>
      <IconButton icon="menu" label="메뉴 열기" className={styles.menu} onClick={onMenu} />
      <h1 className={styles.title}>{title}</h1>
      <div className={styles.slot} ref={slotRef} />
      <div className={styles.right}>
        <SnapshotBadge />
        <IconButton icon="link" label="링크 복사" className={styles.wide} onClick={copyLink} />
        <IconButton icon="print" label="인쇄" className={styles.wide} onClick={() => window.print()} />
        <div className={styles.wide}>
          <ThemeSwitch />
        </div>
      </div>
    </header>
  );
}
