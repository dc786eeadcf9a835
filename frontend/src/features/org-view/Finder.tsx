import { type FormEvent, useEffect, useState } from 'react';
import { Icon } from '@/components/Icon';
import styles from './Finder.module.css';

const TYPING_MS = 250;

/** A syllable under composition leaves lone letters at the end (`해찬ㅅ`) that match nothing: they wait for their vowel. */
export function searchable(text: string): string {
  return text.replace(/[ㄱ-ㅎㅏ-ㅣ]+$/u, '').trim();
}

/** Company search: narrows the list while typing; Enter or the button asks at once. */
export function Finder({
  q,
  onSearch,
}: {
  q: string;
  onSearch: (q: string, how: 'typing' | 'enter') => void;
}) {
  const [draft, setDraft] = useState(q);
  // Back, reset and a pasted address change the text from outside.
  useEffect(() => setDraft((before) => (searchable(before) === q ? before : q)), [q]);

  useEffect(() => {
    const text = searchable(draft);
    if (text === q) return;
    const timer = setTimeout(() => onSearch(text, 'typing'), TYPING_MS);
    return () => clearTimeout(timer);
  }, [draft, q, onSearch]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSearch(draft.trim(), 'enter');
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: older screen readers do not know <search>.
    <form className={styles.finder} role="search" onSubmit={submit}>
      <Icon name="search" />
      <input
        type="search"
        data-search
        aria-label="회사 이름이나 ID"
        placeholder="회사 이름이나 ID"
        autoComplete="off"
        spellCheck={false}
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
      />
      <button type="submit">검색</button>
    </form>
  );
}
