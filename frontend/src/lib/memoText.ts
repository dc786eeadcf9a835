/** Plain-text views of memo bodies: what lists show, and what a memo without HTML shows (spec 07 §3.4, B-18). */

/** `<br>` variants, CRLF and CR become line breaks; everything else stays as written. */
export function normalisePlain(text: string): string {
  return text.replace(/<br\s*\/?>/gi, '\n').replace(/\r\n?/g, '\n');
}

/**
 * The words of an HTML body. The parsed document is inert: it runs nothing and loads nothing, and only its text is used.
 */
export function htmlToText(html: string): string {
  const doc = new DOMParser().parseFromString(html, 'text/html');
  for (const node of doc.querySelectorAll('script, style, iframe, object, svg, template')) node.remove();
  for (const node of doc.querySelectorAll('p, div, li, tr, h1, h2, h3, h4, h5, h6, blockquote, pre, br'))
    node.after('\n');
  for (const node of doc.querySelectorAll('td, th')) node.after(' ');
  return doc.body.textContent ?? '';
}

/** A memo's body as one line of text, for lists, search and export. */
export function memoLine(memo: { text?: string | null; htmlBody?: string | null }): string {
  const source = memo.text?.trim()
    ? normalisePlain(memo.text)
    : memo.htmlBody
      ? htmlToText(memo.htmlBody)
      : '';
  return source.replace(/\s+/g, ' ').trim();
}

/** At most `max` characters (whole code points), with an ellipsis when something was cut. */
export function clip(text: string, max: number): string {
  const chars = [...text];
  return chars.length <= max ? text : `${chars.slice(0, max).join('').trimEnd()}…`;
}
