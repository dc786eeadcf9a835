/** The active cell and the selected rectangle of a grid: arrows, Shift, drag, Ctrl-A, and copy as tab-separated raw values. */
import { type ClipboardEvent, type KeyboardEvent, type PointerEvent, useState } from 'react';
import { toTsv } from '@/lib/export';
import { type CellPosition, type CellRange, type Column, rangeBounds, rangeCells } from './model';

const PAGE_ROWS = 12;

export interface CellsInput<Row> {
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  /** Enter or Space on a row. */
  onActivate: (row: Row) => void;
  /** The active cell moved: bring it into view and focus it. */
  onMove: (cell: CellPosition) => void;
}

export interface Cells {
  active: CellPosition;
  isSelected: (row: number, column: number) => boolean;
  /** Handlers for the table element. */
  handlers: {
    onKeyDown: (event: KeyboardEvent) => void;
    onCopy: (event: ClipboardEvent) => void;
    onPointerDown: (event: PointerEvent) => void;
    onPointerOver: (event: PointerEvent) => void;
  };
  /** True when the pointer has drawn a rectangle, so that the click that ends it selects no row. */
  dragged: () => boolean;
  setActive: (cell: CellPosition) => void;
}

/** Reads the position that the cells carry as data attributes. */
function positionOf(target: EventTarget): CellPosition | undefined {
  const cell = (target as Element).closest<HTMLElement>('td[data-c]');
  const row = cell?.dataset.r;
  const column = cell?.dataset.c;
  return row !== undefined && column !== undefined ? { row: Number(row), column: Number(column) } : undefined;
}

export function useCells<Row>({ columns, rows, onActivate, onMove }: CellsInput<Row>): Cells {
  const [range, setRange] = useState<CellRange>({
    anchor: { row: 0, column: 0 },
    focus: { row: 0, column: 0 },
  });
  const [pressed, setPressed] = useState<CellPosition>();

  const clamp = (cell: CellPosition): CellPosition => ({
    row: Math.max(0, Math.min(rows.length - 1, cell.row)),
    column: Math.max(0, Math.min(columns.length - 1, cell.column)),
  });
  const active = clamp(range.focus);
  const anchor = clamp(range.anchor);
  const single = anchor.row === active.row && anchor.column === active.column;
  const bounds = rangeBounds({ anchor, focus: active });

  const moveTo = (cell: CellPosition, extend: boolean) => {
    const next = clamp(cell);
    setRange({ anchor: extend ? anchor : next, focus: next });
    onMove(next);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || rows.length === 0 || !positionOf(event.target)) return;
    const control = event.ctrlKey || event.metaKey;
    const { row, column } = active;
    const steps: Record<string, CellPosition> = {
      ArrowDown: { row: control ? rows.length - 1 : row + 1, column },
      ArrowUp: { row: control ? 0 : row - 1, column },
      ArrowRight: { row, column: control ? columns.length - 1 : column + 1 },
      ArrowLeft: { row, column: control ? 0 : column - 1 },
      Home: { row: control ? 0 : row, column: 0 },
      End: { row: control ? rows.length - 1 : row, column: columns.length - 1 },
      PageDown: { row: row + PAGE_ROWS, column },
      PageUp: { row: row - PAGE_ROWS, column },
    };
    const step = steps[event.key];
    if (control && event.key === 'Enter') {
      event.preventDefault();
      (event.target as Element).closest('tr')?.querySelector<HTMLElement>('a[href]')?.click();
    } else if (step) {
      event.preventDefault();
      moveTo(step, event.shiftKey);
    } else if (control && event.key.toLowerCase() === 'a') {
      event.preventDefault();
      setRange({ anchor: { row: 0, column: 0 }, focus: clamp({ row: rows.length, column: columns.length }) });
    } else if (
      (event.key === 'Enter' || event.key === ' ') &&
      !(event.target as Element).closest('a, button')
    ) {
      const current = rows[row];
      if (current === undefined) return;
      event.preventDefault();
      onActivate(current);
    } else if (event.key === 'Escape' && !single) {
      // The rectangle goes first; a second ESC reaches whatever the table lies in.
      event.stopPropagation();
      event.preventDefault();
      setRange({ anchor: active, focus: active });
    }
  };

  const onCopy = (event: ClipboardEvent) => {
    if (!positionOf(event.target)) return;
    event.preventDefault();
    event.clipboardData.setData('text/plain', toTsv(rangeCells({ anchor, focus: active }, columns, rows)));
  };

  const onPointerDown = (event: PointerEvent) => {
    const cell = positionOf(event.target);
    if (!cell || event.button !== 0 || event.pointerType === 'touch') return;
    setPressed(cell);
    setRange(event.shiftKey ? { anchor, focus: cell } : { anchor: cell, focus: cell });
  };

  const onPointerOver = (event: PointerEvent) => {
    if (!pressed || (event.buttons & 1) === 0) return;
    const cell = positionOf(event.target);
    if (cell) setRange({ anchor: pressed, focus: cell });
  };

  return {
    active,
    isSelected: (row, column) =>
      !single && row >= bounds.top && row <= bounds.bottom && column >= bounds.left && column <= bounds.right,
    handlers: { onKeyDown, onCopy, onPointerDown, onPointerOver },
    dragged: () => !single,
    setActive: (cell) => setRange({ anchor: cell, focus: cell }),
  };
}
