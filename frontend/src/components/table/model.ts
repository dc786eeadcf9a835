/**
 * The column model: one description per table drives the screen, sorting, copying, export and print, so that they cannot
 * disagree.
 */
import type { ReactNode } from 'react';
import { type Cell, toCsv } from '@/lib/export';

export interface Column<Row> {
  readonly id: string;
  readonly header: string;
  /** The whole header when the column has room for a word only. */
  readonly headerTip?: string;
  /** Unit of every number in the column, shown in the header (억) so that cells carry digits only. */
  readonly unit?: string;
  /** Width in px; a `grow` column takes what is left and never gets narrower than this. */
  readonly width: number;
  readonly grow?: boolean;
  readonly align?: 'right' | 'center';
  /** The raw value: sorts, is copied and exported. Won as a number, dates as sortable text. Null when missing. */
  readonly value: (row: Row) => Cell;
  /** What the cell shows; the raw value as text unless given. Empty text shows as a muted dash. */
  readonly text?: (row: Row) => string;
  /** More than the cell shows: the exact won, the full date. Truncated text needs none. */
  readonly tip?: (row: Row) => string | undefined;
  /** Markup around the text: a link, a status mark. Must show `text`. */
  readonly render?: (row: Row, text: string) => ReactNode;
  /** Header of the exported column when it must say more (`금액(원)`: exports carry won, the screen 억). */
  readonly exportHeader?: string;
  /** Footer text over all rows of the table. */
  readonly total?: (rows: readonly Row[]) => { text: string; tip?: string };
}

export interface SortKey {
  readonly id: string;
  readonly descending: boolean;
}

/** Text of a cell, before the dash for nothing. */
export function cellText<Row>(column: Column<Row>, row: Row): string {
  if (column.text) return column.text(row);
  const value = column.value(row);
  return value === null ? '' : String(value);
}

const collator = new Intl.Collator('ko', { numeric: true });

function compare(a: Cell, b: Cell, descending: boolean): number {
  // Missing values stay at the end whichever way the column is sorted: they are no answer to "most" nor to "least".
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  const order =
    typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b));
  return descending ? -order : order;
}

/** Stable: equal rows keep the API's order; no keys → the API's order. Unknown column ids are ignored. */
export function sortRows<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  keys: readonly SortKey[],
): readonly Row[] {
  const by = keys.flatMap((key) => {
    const column = columns.find((candidate) => candidate.id === key.id);
    return column ? [{ value: column.value, descending: key.descending }] : [];
  });
  if (by.length === 0) return rows;
  return [...rows].sort((a, b) => {
    for (const { value, descending } of by) {
      const order = compare(value(a), value(b), descending);
      if (order !== 0) return order;
    }
    return 0;
  });
}

/** Click cycle of one column: first way → other way → the API's order. Numbers start with the largest. */
export function nextSort<Row>(
  keys: readonly SortKey[],
  column: Column<Row>,
  additive: boolean,
): readonly SortKey[] {
  const first = column.align === 'right';
  const current = keys.find((key) => key.id === column.id);
  const rest = additive ? keys.filter((key) => key.id !== column.id) : [];
  if (!current) return [...rest, { id: column.id, descending: first }];
  if (current.descending === first) {
    const turned = { id: column.id, descending: !first };
    return additive ? keys.map((key) => (key.id === column.id ? turned : key)) : [turned];
  }
  return rest;
}

/** `-amount,name` ↔ sort keys: how a sort is written in the address. */
export function parseSort(text: string | undefined): readonly SortKey[] {
  return (text ?? '')
    .split(',')
    .filter((part) => part !== '' && part !== '-')
    .map((part) =>
      part.startsWith('-') ? { id: part.slice(1), descending: true } : { id: part, descending: false },
    );
}

export function formatSort(keys: readonly SortKey[]): string {
  return keys.map((key) => (key.descending ? `-${key.id}` : key.id)).join(',');
}

/** Header block (screen, filters, snapshot), then the table as filtered and sorted, with raw values. */
export function tableCsv<Row>(
  head: readonly (readonly [string, string])[],
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): string {
  return toCsv([
    ...head,
    [],
    columns.map((column) => column.exportHeader ?? column.header),
    ...rows.map((row) => columns.map((column) => column.value(row))),
  ]);
}

/** A rectangle of cells between two corners, in any order. */
export interface CellRange {
  readonly anchor: CellPosition;
  readonly focus: CellPosition;
}

export interface CellPosition {
  readonly row: number;
  readonly column: number;
}

export function rangeBounds(range: CellRange): { top: number; bottom: number; left: number; right: number } {
  return {
    top: Math.min(range.anchor.row, range.focus.row),
    bottom: Math.max(range.anchor.row, range.focus.row),
    left: Math.min(range.anchor.column, range.focus.column),
    right: Math.max(range.anchor.column, range.focus.column),
  };
}

/** Raw values of a rectangle, ready for the clipboard writer. */
export function rangeCells<Row>(
  range: CellRange,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): readonly (readonly Cell[])[] {
  const { top, bottom, left, right } = rangeBounds(range);
  return rows
    .slice(top, bottom + 1)
    .map((row) => columns.slice(left, right + 1).map((column) => column.value(row)));
}
