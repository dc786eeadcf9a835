import { type RefObject, useEffect, useRef } from 'react';

/**
 * Shows a native dialog as long as its component is mounted. The browser gives the focus trap and ESC; the return of the focus
 * is ours, because by the time the clean-up runs the dialog may have left the page and `close` no longer restores anything.
 */
export function useModal(): RefObject<HTMLDialogElement | null> {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    const opener = document.activeElement;
    element?.showModal();
    return () => {
      element?.close();
      const isLost = document.activeElement === null || document.activeElement === document.body;
      if (isLost && opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);
  return dialog;
}
