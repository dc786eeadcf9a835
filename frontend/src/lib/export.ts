/** CSV and TSV writers. Raw numbers, ISO dates; no formula can start a cell. */

export type Cell = string | number | null;

/** Spreadsheets run text that starts like a formula; CRM text must stay text. */
function defuse(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

function csvCell(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return Number.isFinite(cell) ? String(cell) : '';
  const text = defuse(cell);
  return /[",\n\r]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

/** Lines end in CRLF and the text begins with a byte order mark, so that Excel reads Hangul. */
export function toCsv(lines: readonly (readonly Cell[])[]): string {
  return `\uFEFF${lines.map((line) => line.map(csvCell).join(',')).join('\r\n')}\r\n`;
}

/** For the clipboard: tabs and line breaks inside a cell become blanks, numbers stay raw. */
export function toTsv(lines: readonly (readonly Cell[])[]): string {
  return lines
    .map((line) =>
      line.map((cell) => (cell === null ? '' : String(cell).replace(/[\t\r\n]+/g, ' '))).join('\t'),
    )
    .join('\n');
}

export function download(name: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The click has only queued the download; the address must outlive this turn.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** A file name out of free text: no path characters, no leading dots. */
export function fileName(...parts: string[]): string {
  const name = parts
    .map((part) => part.replace(/[\\/:*?"<>|\s]+/g, '_').replace(/^[._]+|_+$/g, ''))
    .filter((part) => part !== '')
    .join('_');
  return name || 'export';
}
