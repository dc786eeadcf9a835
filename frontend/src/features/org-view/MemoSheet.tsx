import { lazy, Suspense } from 'react';
import type { Memo } from '@/api/queries';
import { IconButton } from '@/components/Button';
import { Sheet } from '@/components/Sheet';
import { fullDate } from '@/lib/dates';
import { memoAuthor } from './columns';

// The sanitiser is only needed once a memo is read.
const MemoBody = lazy(() => import('./MemoBody'));

export interface OpenMemo {
  memo: Memo;
  /** `회사 메모`, `사람 메모`, `딜 메모`. */
  kind: string;
  /** Whose memo it is. */
  owner: string;
  /** Neighbours in the same list. */
  previous: string | undefined;
  next: string | undefined;
}

/** Finds a memo in the lists on screen. */
export function findMemo(
  id: string,
  lists: readonly { kind: string; owner: string; memos: readonly Memo[] | undefined }[],
): OpenMemo | undefined {
  if (id === '') return undefined;
  for (const { kind, owner, memos } of lists) {
    const index = memos?.findIndex((memo) => memo.id === id) ?? -1;
    const memo = memos?.[index];
    if (memo) return { memo, kind, owner, previous: memos?.[index - 1]?.id, next: memos?.[index + 1]?.id };
  }
  return undefined;
}

export function MemoSheet({
  open,
  onOpen,
  onClose,
}: {
  open: OpenMemo;
  onOpen: (id: string) => void;
  onClose: () => void;
}) {
  const { memo, previous, next } = open;
  return (
    <Sheet
      title={`${open.kind} · ${open.owner}`}
      subtitle={`${fullDate(memo.createdAt) ?? '작성일 모름'} · ${memoAuthor(memo)}`}
      onClose={onClose}
      actions={
        <>
          <IconButton
            icon="up"
            label="앞 메모"
            disabled={!previous}
            onClick={() => previous && onOpen(previous)}
          />
          <IconButton icon="down" label="다음 메모" disabled={!next} onClick={() => next && onOpen(next)} />
        </>
      }
    >
      <Suspense fallback={null}>
        <MemoBody memo={memo} />
      </Suspense>
    </Sheet>
  );
}
