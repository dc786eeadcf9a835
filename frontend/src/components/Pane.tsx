import { type ReactNode, useId } from 'react';
import styles from './Pane.module.css';

/** A titled region of a screen: a heading with a count, its controls, and what it holds. No box, one hairline. */
export function Pane({
  title,
  count,
  detail,
  actions,
  onRetryStale,
  className,
  children,
}: {
  title: string;
  count?: string | undefined;
  /** Whose things these are: the selection the pane follows. */
  detail?: string | undefined;
  actions?: ReactNode;
  /** Set when the latest snapshot could not be loaded and an older one is on show: asks again. */
  onRetryStale?: (() => void) | undefined;
  className?: string | undefined;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <section className={[styles.pane, className].filter(Boolean).join(' ')} aria-labelledby={id}>
      <header className={styles.head}>
        <h2 id={id} className={styles.title}>
          {title}
          {count !== undefined && <span className={styles.count}>{count}</span>}
        </h2>
        {detail && (
          <span className={styles.detail} data-tip={detail} data-tip-when="cut">
            {detail}
          </span>
        )}
        {actions && <div className={styles.actions}>{actions}</div>}
      </header>
      {onRetryStale && (
        <p className={styles.stale} role="alert">
          새 내용을 불러오지 못해 이전 내용을 보여 드립니다.{' '}
          <button type="button" onClick={onRetryStale}>
            다시 시도
          </button>
        </p>
      )}
      {children}
    </section>
  );
}
