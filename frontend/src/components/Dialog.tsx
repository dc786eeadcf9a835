import type { ReactNode } from 'react';
import styles from './Dialog.module.css';
import { useModal } from './useModal';

/** A small dialog near the top of the window, for things that answer a key: the palette, the list of keys. */
export function Dialog({
  label,
  children,
  onClose,
}: {
  label: string;
  children: ReactNode;
  onClose: () => void;
}) {
  const dialog = useModal();
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard's way to close is ESC (cancel event); the click is for the backdrop.
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
    >
      <div className={styles.body}>{children}</div>
    </dialog>
  );
}
