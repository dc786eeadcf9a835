import { useLayoutEffect, useRef } from 'react';
import type { Memo } from '@/api/queries';
import { normalisePlain } from '@/lib/memoText';
import { sanitizeMemo } from '@/lib/sanitize';
import styles from './MemoBody.module.css';

/** The HTML body sanitised, else the plain text with its line breaks (spec 07 §4.6). */
export default function MemoBody({ memo }: { memo: Pick<Memo, 'text' | 'htmlBody'> }) {
  const frame = useRef<HTMLDivElement>(null);
  const html = memo.htmlBody?.trim() ? memo.htmlBody : undefined;
  useLayoutEffect(() => {
    if (html !== undefined) frame.current?.replaceChildren(sanitizeMemo(html));
  }, [html]);
  if (html !== undefined) return <div key="html" ref={frame} className={styles.body} data-memo-body="html" />;
  const text = normalisePlain(memo.text ?? '');
  return (
    <div key="text" className={styles.plain} data-memo-body="text">
      {text.trim() === '' ? '내용이 없는 메모입니다.' : text}
    </div>
  );
}
