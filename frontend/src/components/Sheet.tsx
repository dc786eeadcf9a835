import { type ReactNode, useId } from 'react';
import { IconButton } from './Button';
import styles from './Sheet.module.css';
import { useModal } from './useModal';

export interface SheetProps {
  title: string;
  /** A line under the title. */
  subtitle?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  onClose: () => void;
}

/**
 * A drill-down at the right edge: the table stays visible beside it. The native dialog gives the focus trap, ESC and the
 * return of the focus to the opener.
 */
export function Sheet({ title, subtitle, actions, children, onClose }: SheetProps) {
  const dialog = useModal();
  const titleId = useId();

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard's way to close is ESC (cancel event); the click is for the backdrop.
    <dialog
      ref={dialog}
      className={styles.sheet}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
    >
      <div className={styles.body}>
        <header className={styles.head}>
          <div className={styles.titles}>
            <h2 id={titleId}>{title}</h2>
            {subtitle && <p>{subtitle}</p>}
          </div>
          {actions}
          <IconButton icon="close" label="닫기" onClick={onClose} />
        </header>
        <div className={styles.content}>{children}</div>
      </div>
    </dialog>
  );
}
