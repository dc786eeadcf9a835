import { IconButton } from './Button';
import styles from './Toasts.module.css';
import { useToastList, useToasts } from './toast';

export function Toasts() {
  const store = useToasts();
  const toasts = useToastList();
  return (
    <div className={styles.stack}>
      <div role="status">
        {toasts
          .filter((toast) => toast.kind === 'info')
          .map((toast) => (
            <p key={toast.id} className={styles.toast}>
              {toast.text}
            </p>
          ))}
      </div>
      <div role="alert">
        {toasts
          .filter((toast) => toast.kind === 'error')
          .map((toast) => (
            <p key={toast.id} className={styles.error}>
              {toast.text}
              <IconButton icon="close" label="알림 닫기" onClick={() => store.dismiss(toast.id)} />
            </p>
          ))}
      </div>
    </div>
  );
}
