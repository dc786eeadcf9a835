/** Which cells a new snapshot changed, for the 1-second highlight (design: motion only when it carries news). */
import { useEffect, useRef, useState } from 'react';

const HIGHLIGHT_MS = 1000;

export interface ChangeInput<Row> {
  /** What the rows are the rows of (an organisation's people): only the same thing is compared with itself. */
  subject: string;
  /** Snapshot the rows come from. */
  generation: string | undefined;
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  /** Comparable marks of a row's cells, by column id. */
  marks: (row: Row) => Readonly<Record<string, string>>;
}

interface Seen {
  subject: string;
  generation: string | undefined;
  cells: Map<string, Readonly<Record<string, string>>>;
}

const NONE: ReadonlySet<string> = new Set();

/** Key of a highlighted cell. */
export function changeKey(row: string, column: string): string {
  return `${row}\u0000${column}`;
}

export function useChanged<Row>({
  subject,
  generation,
  rows,
  rowKey,
  marks,
}: ChangeInput<Row>): ReadonlySet<string> {
  const seen = useRef<Seen | undefined>(undefined);
  const [changed, setChanged] = useState<ReadonlySet<string>>(NONE);

  // biome-ignore lint/correctness/useExhaustiveDependencies: accessors are part of the column model and change identity freely; the data decides.
  useEffect(() => {
    const before = seen.current;
    const cells = new Map(rows.map((row) => [rowKey(row), marks(row)] as const));
    seen.current = { subject, generation, cells };
    // The first answer is no news, whatever it says.
    if (before?.subject !== subject || before.generation === undefined || generation === undefined) return;
    if (before.generation === generation) return;
    const found = new Set<string>();
    for (const [row, now] of cells) {
      const old = before.cells.get(row);
      for (const [column, mark] of Object.entries(now)) {
        if (old?.[column] !== mark) found.add(changeKey(row, column));
      }
    }
    if (found.size === 0) return;
    setChanged(found);
    const timer = setTimeout(() => setChanged(NONE), HIGHLIGHT_MS);
    return () => {
      clearTimeout(timer);
      setChanged(NONE);
    };
  }, [subject, generation, rows]);

  return changed;
}
