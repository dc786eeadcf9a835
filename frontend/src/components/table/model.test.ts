import { describe, expect, it } from 'vitest';
import { type Column, formatSort, nextSort, parseSort, rangeCells, sortRows, tableCsv } from './model';

interface Row {
  id: string;
  name: string | null;
  won: number | null;
}

const COLUMNS: readonly Column<Row>[] = [
  { id: 'name', header: '이름', width: 80, value: (row) => row.name },
  {
    id: 'won',
    header: '금액',
    unit: '억',
    exportHeader: '금액(원)',
    width: 80,
    align: 'right',
    value: (row) => row.won,
  },
];

const ROWS: readonly Row[] = [
  { id: 'a', name: '나', won: 5 },
  { id: 'b', name: null, won: null },
  { id: 'c', name: '가', won: 5 },
  { id: 'd', name: '딜 10', won: -1 },
  { id: 'e', name: '딜 9', won: 100 },
];

const ids = (rows: readonly Row[]) => rows.map((row) => row.id).join('');

describe('sortRows', () => {
  it('keeps the API order without keys and for unknown ones', () => {
    expect(sortRows(ROWS, COLUMNS, [])).toBe(ROWS);
    expect(ids(sortRows(ROWS, COLUMNS, [{ id: 'gone', descending: true }]))).toBe('abcde');
  });

  it('sorts numbers as numbers, Korean as Korean, missing values last either way', () => {
    expect(ids(sortRows(ROWS, COLUMNS, parseSort('-won')))).toBe('eacdb');
    expect(ids(sortRows(ROWS, COLUMNS, parseSort('won')))).toBe('daceb');
    expect(ids(sortRows(ROWS, COLUMNS, parseSort('name')))).toBe('caedb');
    expect(ids(sortRows(ROWS, COLUMNS, parseSort('-name')))).toBe('deacb');
  });

  it('takes further keys for equal rows', () => {
    expect(ids(sortRows(ROWS, COLUMNS, parseSort('-won,name')))).toBe('ecadb');
  });
});

describe('nextSort', () => {
  const [name, won] = COLUMNS as [Column<Row>, Column<Row>];

  it('cycles through two directions and back to the API order', () => {
    let keys = nextSort([], won, false);
    expect(formatSort(keys)).toBe('-won');
    keys = nextSort(keys, won, false);
    expect(formatSort(keys)).toBe('won');
    expect(nextSort(keys, won, false)).toEqual([]);
    expect(formatSort(nextSort([], name, false))).toBe('name');
  });

  it('adds keys with Shift and replaces them without', () => {
    const both = nextSort(parseSort('-won'), name, true);
    expect(formatSort(both)).toBe('-won,name');
    expect(formatSort(nextSort(both, won, true))).toBe('won,name');
    expect(formatSort(nextSort(both, name, false))).toBe('-name');
  });

  it('is written and read the same', () => {
    expect(formatSort(parseSort('-won,name'))).toBe('-won,name');
    expect(parseSort(undefined)).toEqual([]);
    expect(parseSort(',-,')).toEqual([]);
  });
});

describe('export', () => {
  it('puts a header block above the raw values', () => {
    expect(tableCsv([['화면', '뷰어']], COLUMNS, ROWS.slice(0, 2))).toBe(
      '\uFEFF화면,뷰어\r\n\r\n이름,금액(원)\r\n나,5\r\n,\r\n',
    );
  });

  it('reads a rectangle from either corner', () => {
    const range = { anchor: { row: 2, column: 1 }, focus: { row: 0, column: 0 } };
    expect(rangeCells(range, COLUMNS, ROWS)).toEqual([
      ['나', 5],
      [null, null],
      ['가', 5],
    ]);
  });
});
