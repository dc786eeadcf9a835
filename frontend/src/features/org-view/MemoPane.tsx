import type { KeyboardEvent } from 'react';
import type { Memo } from '@/api/queries';
import { staleRetry, type Versioned } from '@/api/versioned';
import { ErrorNotice, Notice } from '@/components/Notice';
import { Pane } from '@/components/Pane';
import { changeKey, useChanged } from '@/components/table/useChanged';
import { fullDate, shortDate } from '@/lib/dates';
import { BLANK, int } from '@/lib/format';
import { clip, memoLine } from '@/lib/memoText';
import { memoAuthor } from './columns';
import styles from './MemoPane.module.css';

const SKELETON_ROWS = 2;

export interface MemoPaneProps {
  title: string;
  /** Whose memos. */
  owner: string | undefined;
  /** Id of the owner; empty while nothing is selected. */
  subject: string;
  memos: Versioned<readonly Memo[]>;
  /** Characters of the body that a row shows. */
  clipAt: number;
  /** What the pane waits for while nothing is selected. */
  waiting: string;
  empty: string;
  open: string;
  onOpen: (id: string) => void;
  className?: string | undefined;
}

export function MemoPane(props: MemoPaneProps) {
  const { title, owner, subject, memos } = props;
  const rows = memos.data ?? NONE;
  const changed = useChanged({
    subject,
    generation: memos.generation,
    rows,
    rowKey: (memo) => memo.id,
    marks: (memo) => ({ memo: `${memo.text} ${memo.htmlBody} ${memo.updatedAt}` }),
  });
  return (
    <Pane
      title={title}
      count={subject !== '' && memos.data ? int(rows.length) : undefined}
      detail={owner}
      className={props.className}
      onRetryStale={staleRetry(memos)}
    >
      <div className={styles.scroll}>
        {subject === '' ? (
          <Notice>{props.waiting}</Notice>
        ) : memos.data === undefined && memos.error ? (
          <ErrorNotice what={`${title}를`} error={memos.error} since={memos.errorAt} onRetry={memos.retry} />
        ) : memos.isLoading ? (
          <Skeleton />
        ) : rows.length === 0 ? (
          <Notice>{props.empty}</Notice>
        ) : (
          <ul onKeyDown={moveFocus}>
            {rows.map((memo) => (
              <li key={memo.id} className={styles.item}>
                <button
                  type="button"
                  className={
                    changed.has(changeKey(memo.id, 'memo')) ? `${styles.row} ${styles.news}` : styles.row
                  }
                  aria-current={memo.id === props.open || undefined}
                  data-memo={memo.id}
                  data-tip={memoLine(memo)}
                  data-tip-when="cut"
                  onClick={() => props.onOpen(memo.id)}
                >
                  <span className={styles.meta}>
                    <time data-tip={fullDate(memo.createdAt)}>{shortDate(memo.createdAt) || BLANK}</time>
                    <span>{memoAuthor(memo)}</span>
                  </span>
                  <span className={styles.body}>{clip(memoLine(memo), props.clipAt) || '내용 없음'}</span>
                </button>
              </li>
            ))}
          </ul>
        )}
      </div>
    </Pane>
  );
}

const NONE: readonly Memo[] = [];

function moveFocus(event: KeyboardEvent<HTMLUListElement>): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0) return;
  const buttons = [...event.currentTarget.querySelectorAll('button')];
  const next = buttons[buttons.indexOf(event.target as HTMLButtonElement) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function Skeleton() {
  return Array.from({ length: SKELETON_ROWS }, (_, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity.
    <div key={index} className={styles.skeleton} aria-hidden="true">
      <span />
      <span />
      <span />
    </div>
  ));
}
