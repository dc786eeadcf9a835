/**
 * The memo sanitiser (spec 07 §4.6): CRM memos are HTML written by people and by mail clients, so nothing of it reaches the
 * page except the elements and attributes listed here.
 */
import createDOMPurify, { type Config } from 'dompurify';

const ALLOWED_TAGS = [
  'p', 'br', 'ul', 'ol', 'li', 'b', 'strong', 'i', 'em', 'u',
  'h1', 'h2', 'h3', 'h4', 'h5', 'h6',
  'hr', 'a', 'blockquote', 'code', 'pre', 'div',
  'table', 'thead', 'tbody', 'tfoot', 'tr', 'th', 'td', 'caption', 'colgroup', 'col',
]; // biome-ignore format: one line per family reads better

const POLICY: Config = {
  ALLOWED_TAGS,
  ALLOWED_ATTR: ['href', 'colspan', 'rowspan'],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  KEEP_CONTENT: true,
  // Dropped with everything inside; any other element is replaced by its children.
  FORBID_CONTENTS: ['script', 'style', 'iframe', 'object', 'svg', 'template'],
  RETURN_DOM_FRAGMENT: true,
};

/** Absolute web and mail addresses only: a relative one would point into the dashboard. */
const ABSOLUTE_LINK = /^(?:https?:\/\/|mailto:)[^\s]/i;

const purifier = createDOMPurify(window);

purifier.addHook('afterSanitizeAttributes', (node) => {
  const tag = node.tagName.toLowerCase();
  const href = node.getAttribute('href')?.trim();
  node.removeAttribute('href');
  if (tag === 'a') {
    if (href !== undefined && ABSOLUTE_LINK.test(href)) node.setAttribute('href', href);
    node.setAttribute('target', '_blank');
    node.setAttribute('rel', 'noopener noreferrer');
  }
  for (const name of ['colspan', 'rowspan']) {
    const value = node.getAttribute(name);
    if (value === null) continue;
    if ((tag !== 'td' && tag !== 'th') || !/^\d+$/.test(value)) node.removeAttribute(name);
  }
});

/** Clean nodes, ready to append: no string is parsed a second time, so nothing can mutate in between. */
export function sanitizeMemo(html: string): DocumentFragment {
  const fragment = purifier.sanitize(html, POLICY) as unknown as DocumentFragment;
  for (const table of fragment.querySelectorAll('table')) {
    if (table.parentElement?.closest('table')) continue;
    const frame = document.createElement('div');
    frame.className = 'memo-table';
    frame.tabIndex = 0;
    frame.setAttribute('role', 'group');
    frame.setAttribute('aria-label', '메모 안의 표');
    table.replaceWith(frame);
    frame.append(table);
  }
  return fragment;
}
