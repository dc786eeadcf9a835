import type { ReactNode } from 'react';
import { errorText } from '@/api/errors';
import { clockTime } from '@/lib/dates';
import { Button } from './Button';
import styles from './Notice.module.css';

/** Says what a pane waits for, or that there is nothing; `children` may link to what would fill it. */
export function Notice({ children }: { children: ReactNode }) {
  return <div className={styles.notice}>{children}</div>;
}

/** What happened, since when, and a way to try again. */
export function ErrorNotice({
  what,
  error,
  since,
  onRetry,
}: {
  /** What could not be loaded, with its particle: `딜을`. */
  what: string;
  error: unknown;
  /** Unix milliseconds. */
  since: number;
  onRetry: () => void;
}) {
  return (
    <div className={styles.notice} role="alert">
      <p className={styles.error}>
        {what} 불러오지 못했습니다. {errorText(error)}
      </p>
      <p className={styles.retry}>
        {since > 0 && <span>{clockTime(new Date(since), new Date())}부터</span>}
        <Button icon="refresh" onClick={onRetry}>
          다시 시도
        </Button>
      </p>
    </div>
  );
}
