import { act, fireEvent, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { DataTable } from './DataTable';
import type { Column, SortKey } from './model';

interface Row {
  id: string;
  name: string;
  won: number | null;
}

const COLUMNS: readonly Column<Row>[] = [
  { id: 'name', header: '이름', width: 80, grow: true, value: (row) => row.name },
  {
    id: 'won',
    header: '금액',
    unit: '억',
    width: 80,
    align: 'right',
    value: (row) => row.won,
    text: (row) => (row.won === null ? '' : String(row.won / 100)),
    total: (rows) => ({ text: String(rows.length) }),
  },
];

const ROWS: readonly Row[] = [
  { id: 'a', name: '가', won: 100 },
  { id: 'b', name: '나', won: null },
  { id: 'c', name: '다', won: 300 },
];

function Table({
  rows,
  generation = 'g1',
  onSelect = () => {},
}: {
  rows?: readonly Row[];
  generation?: string;
  onSelect?: (row: Row) => void;
}) {
  const [sort, setSort] = useState<readonly SortKey[]>([]);
  return (
    <DataTable
      label="딜"
      columns={COLUMNS}
      rows={rows}
      rowKey={(row) => row.id}
      sort={sort}
      onSort={setSort}
      selectedKey="b"
      onSelect={onSelect}
      subject="s"
      generation={generation}
      empty="딜이 없습니다."
    />
  );
}

const names = () =>
  screen
    .getAllByRole('row')
    .slice(1, -1)
    .map((row) => within(row).getAllByRole('cell')[0]?.textContent);
const cell = (row: number, column: number) => {
  const found = document.querySelector<HTMLElement>(`td[data-r="${row}"][data-c="${column}"]`);
  if (!found) throw new Error(`no cell ${row}/${column}`);
  return found;
};

describe('DataTable', () => {
  it('shows skeleton rows while loading and a sentence when empty', () => {
    const { rerender } = render(<Table />);
    expect(screen.getByRole('grid', { name: '딜' })).toHaveAttribute('aria-busy', 'true');
    rerender(<Table rows={[]} />);
    expect(screen.getByText('딜이 없습니다.')).toBeVisible();
    expect(screen.getByRole('grid')).toHaveAttribute('aria-busy', 'false');
  });

  it('shows dashes for nothing, the unit in the header and totals in the foot', () => {
    render(<Table rows={ROWS} />);
    expect(cell(1, 1)).toHaveTextContent('–');
    expect(screen.getByRole('columnheader', { name: '금액(억)' })).toBeVisible();
    expect(document.querySelector('tfoot')).toHaveTextContent('3');
    expect(screen.getAllByRole('row')[2]).toHaveAttribute('aria-selected', 'true');
  });

  it('sorts by click: largest first, then smallest, then the order of the API', async () => {
    const user = userEvent.setup();
    render(<Table rows={ROWS} />);
    const header = () => screen.getByRole('columnheader', { name: /금액/ });
    await user.click(within(header()).getByRole('button'));
    expect(header()).toHaveAttribute('aria-sort', 'descending');
    expect(names()).toEqual(['다', '가', '나']);
    await user.click(within(header()).getByRole('button'));
    expect(header()).toHaveAttribute('aria-sort', 'ascending');
    await user.click(within(header()).getByRole('button'));
    expect(header()).not.toHaveAttribute('aria-sort');
    expect(names()).toEqual(['가', '나', '다']);
  });

  it('is one tab stop; arrows move, Enter selects', async () => {
    const user = userEvent.setup();
    const onSelect = vi.fn();
    render(<Table rows={ROWS} onSelect={onSelect} />);
    await user.tab();
    await user.tab();
    await user.tab();
    expect(cell(0, 0)).toHaveFocus();
    await user.keyboard('{ArrowDown}{ArrowRight}');
    expect(cell(1, 1)).toHaveFocus();
    await user.keyboard('{ArrowDown}{ArrowDown}{Home}{Enter}');
    expect(cell(2, 0)).toHaveFocus();
    expect(onSelect).toHaveBeenCalledWith(ROWS[2]);
    await user.tab();
    expect(document.body).toHaveFocus();
  });

  it('selects a row by click', async () => {
    const user = userEvent.setup();
    const onSelect = vi.fn();
    render(<Table rows={ROWS} onSelect={onSelect} />);
    await user.click(cell(2, 1));
    expect(onSelect).toHaveBeenCalledExactlyOnceWith(ROWS[2]);
  });

  it('copies the selected cells as tab-separated raw values', async () => {
    const user = userEvent.setup();
    render(<Table rows={ROWS} />);
    act(() => cell(0, 0).focus());
    await user.keyboard('{Shift>}{ArrowDown}{ArrowRight}{/Shift}');
    const setData = vi.fn();
    fireEvent.copy(cell(1, 1), { clipboardData: { setData } });
    expect(setData).toHaveBeenCalledWith('text/plain', '가\t100\n나\t');
    await user.keyboard('{Escape}');
    fireEvent.copy(cell(1, 1), { clipboardData: { setData } });
    expect(setData).toHaveBeenLastCalledWith('text/plain', '');
  });

  it('draws a rectangle with the pointer, and that selects no row', () => {
    const onSelect = vi.fn();
    render(<Table rows={ROWS} onSelect={onSelect} />);
    fireEvent.pointerDown(cell(0, 0), { button: 0, buttons: 1 });
    fireEvent.pointerOver(cell(2, 1), { buttons: 1 });
    fireEvent.click(cell(2, 1));
    expect(onSelect).not.toHaveBeenCalled();
    const setData = vi.fn();
    fireEvent.copy(cell(2, 1), { clipboardData: { setData } });
    expect(setData).toHaveBeenCalledWith('text/plain', '가\t100\n나\t\n다\t300');
  });

  it('highlights what a new snapshot changed, for a second, and nothing at first', () => {
    vi.useFakeTimers();
    const { rerender } = render(<Table rows={ROWS} />);
    expect(document.querySelector('.changed')).toBeNull();
    const next = [ROWS[0], ROWS[1], { id: 'c', name: '다', won: 400 }] as Row[];
    rerender(<Table rows={next} generation="g2" />);
    expect([...document.querySelectorAll('.changed')]).toEqual([cell(2, 1)]);
    act(() => void vi.advanceTimersByTime(1000));
    expect(document.querySelector('.changed')).toBeNull();
    vi.useRealTimers();
  });

  it('draws only what is in view of a long table, and all of it for paper', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => ({
      id: `${index}`,
      name: `행 ${index}`,
      won: index,
    }));
    render(<Table rows={many} />);
    expect(document.querySelectorAll('tr[data-i]').length).toBeLessThan(80);
    expect(screen.getByRole('grid')).toHaveAttribute('aria-rowcount', '10001');
    expect(document.querySelectorAll('td[tabindex="0"]')).toHaveLength(1);
    const few = many.slice(0, 300);
    const { unmount } = render(<Table rows={few} />);
    act(() => void window.dispatchEvent(new Event('beforeprint')));
    expect(document.querySelectorAll('tr[data-i="299"]')).toHaveLength(2);
    act(() => void window.dispatchEvent(new Event('afterprint')));
    unmount();
  });
});
