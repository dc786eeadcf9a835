import { useVirtualizer } from '@tanstack/react-virtual';
import { type MouseEvent, type ReactNode, useEffect, useMemo, useRef } from 'react';
import { BLANK } from '@/lib/format';
import styles from './DataTable.module.css';
import { type CellPosition, type Column, cellText, nextSort, type SortKey, sortRows } from './model';
import { useCells } from './useCells';
import { changeKey, useChanged } from './useChanged';
import { usePrinting } from './usePrinting';

/** Above this many rows only those in view are drawn. */
const VIRTUAL_FROM = 100;
/** Keep in step with `--row-height`. */
const ROW_HEIGHT = 28;
const SKELETON_ROWS = 6;

export interface DataTableProps<Row> {
  /** Accessible name. */
  label: string;
  columns: readonly Column<Row>[];
  /** In the API's order; undefined while the first answer is under way (skeleton rows of the same shape). */
  rows: readonly Row[] | undefined;
  rowKey: (row: Row) => string;
  sort: readonly SortKey[];
  onSort: (keys: readonly SortKey[]) => void;
  selectedKey?: string | undefined;
  onSelect: (row: Row) => void;
  /** What the rows belong to and the snapshot they come from: a new snapshot highlights changed cells. */
  subject: string;
  generation: string | undefined;
  /** Shown instead of rows when there are none. */
  empty: ReactNode;
}

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { columns, rows: given, rowKey, sort } = props;
  const frame = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => sortRows(given ?? [], columns, sort), [given, columns, sort]);
  const printing = usePrinting();
  const virtual = rows.length > VIRTUAL_FROM && !printing;

  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    // The sticky header covers the top of the frame.
    scrollPaddingStart: ROW_HEIGHT,
    enabled: virtual,
  });

  const changed = useChanged({
    subject: props.subject,
    generation: props.generation,
    rows,
    rowKey,
    marks: (row) => Object.fromEntries(columns.map((column) => [column.id, String(column.value(row))])),
  });

  const pending = useRef<CellPosition | undefined>(undefined);
  const cells = useCells({
    columns,
    rows,
    onActivate: props.onSelect,
    onMove: (cell) => {
      pending.current = cell;
      if (virtual) virtualizer.scrollToIndex(cell.row);
    },
  });

  // After the move has drawn its row, the focus follows it there.
  useEffect(() => {
    const cell = pending.current;
    if (!cell) return;
    const target = frame.current?.querySelector<HTMLElement>(
      `td[data-r="${cell.row}"][data-c="${cell.column}"]`,
    );
    if (!target) return;
    pending.current = undefined;
    target.focus({ preventScroll: virtual });
    if (!virtual) target.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  });

  // A row selected from outside (address, first of its list) is brought into view once.
  const selectedIndex =
    props.selectedKey === undefined ? -1 : rows.findIndex((row) => rowKey(row) === props.selectedKey);
  const shown = useRef('');
  useEffect(() => {
    const token = `${props.subject}/${props.selectedKey}`;
    if (selectedIndex < 0 || shown.current === token) return;
    shown.current = token;
    if (virtual) virtualizer.scrollToIndex(selectedIndex, { align: 'auto' });
    else frame.current?.querySelector('tr[aria-selected="true"]')?.scrollIntoView?.({ block: 'nearest' });
  }, [props.subject, props.selectedKey, selectedIndex, virtual, virtualizer]);

  const onClick = (event: MouseEvent) => {
    if (cells.dragged() || (event.target as Element).closest('a, button')) return;
    const index = (event.target as Element).closest<HTMLElement>('tr[data-i]')?.dataset.i;
    const row = index === undefined ? undefined : rows[Number(index)];
    if (row !== undefined) props.onSelect(row);
  };

  const items = virtual ? virtualizer.getVirtualItems() : rows.map((_, index) => ({ index }));
  const before = virtual ? (virtualizer.getVirtualItems()[0]?.start ?? 0) : 0;
  const after = virtual ? virtualizer.getTotalSize() - (virtualizer.getVirtualItems().at(-1)?.end ?? 0) : 0;
  // One cell is always reachable by Tab, also when the active one is scrolled out of the drawn rows.
  const tabRow = items.some((item) => item.index === cells.active.row) ? cells.active.row : items[0]?.index;
  const width = columns.reduce((sum, column) => sum + column.width, 0);
  const hasTotals = rows.length > 1 && columns.some((column) => column.total);

  return (
    <div className={styles.frame} ref={frame}>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled by the grid handlers spread below. */}
      <table
        className={styles.table}
        style={{ minWidth: width }}
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: an ARIA grid built on a native table keeps its semantics for copying and print.
        role="grid"
        aria-label={props.label}
        aria-rowcount={rows.length + 1}
        aria-busy={given === undefined}
        onClick={onClick}
        {...cells.handlers}
      >
        <colgroup>
          {columns.map((column) => (
            <col key={column.id} style={column.grow ? undefined : { width: column.width }} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column) => {
              const key = sort.find((candidate) => candidate.id === column.id);
              return (
                <th
                  key={column.id}
                  scope="col"
                  className={alignClass(column)}
                  aria-sort={key ? (key.descending ? 'descending' : 'ascending') : undefined}
                >
                  <button
                    type="button"
                    className={styles.sort}
                    data-tip={column.headerTip}
                    onClick={(event) => props.onSort(nextSort(sort, column, event.shiftKey))}
                  >
                    {column.header}
                    {column.unit && <span className={styles.unit}>({column.unit})</span>}
                    {key && <span className={key.descending ? styles.down : styles.up} aria-hidden="true" />}
                  </button>
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {given === undefined && <SkeletonRows columns={columns} />}
          {given !== undefined && rows.length === 0 && (
            <tr className={styles.message}>
              <td colSpan={columns.length}>{props.empty}</td>
            </tr>
          )}
          {before > 0 && <Spacer height={before} span={columns.length} />}
          {items.map(({ index }) => {
            const row = rows[index];
            if (row === undefined) return null;
            const id = rowKey(row);
            const selected = index === selectedIndex;
            return (
              <tr
                key={id}
                data-i={index}
                aria-rowindex={index + 2}
                aria-selected={selected}
                className={styles.row}
              >
                {columns.map((column, position) => {
                  const text = cellText(column, row);
                  const isActive = cells.active.row === index && cells.active.column === position;
                  const classes = [alignClass(column)];
                  if (text === '' || text === BLANK) classes.push(styles.blank);
                  if (cells.isSelected(index, position)) classes.push(styles.picked);
                  if (changed.has(changeKey(id, column.id))) classes.push(styles.changed);
                  return (
                    <td
                      key={column.id}
                      data-r={index}
                      data-c={position}
                      data-tip={column.tip?.(row) ?? (column.align === 'right' ? undefined : text)}
                      data-tip-when={column.tip?.(row) === undefined ? 'cut' : undefined}
                      tabIndex={index === tabRow && position === cells.active.column ? 0 : -1}
                      className={classes.filter(Boolean).join(' ')}
                      onFocus={isActive ? undefined : () => cells.setActive({ row: index, column: position })}
                    >
                      {text === '' ? BLANK : column.render ? column.render(row, text) : text}
                    </td>
                  );
                })}
              </tr>
            );
          })}
          {after > 0 && <Spacer height={after} span={columns.length} />}
        </tbody>
        {hasTotals && (
          <tfoot>
            <tr>
              {columns.map((column) => {
                const total = column.total?.(rows);
                return (
                  <td key={column.id} className={alignClass(column)} data-tip={total?.tip}>
                    {total?.text}
                  </td>
                );
              })}
            </tr>
          </tfoot>
        )}
      </table>
    </div>
  );
}

function alignClass<Row>(column: Column<Row>): string | undefined {
  if (column.align === 'right') return styles.number;
  return column.align === 'center' ? styles.center : undefined;
}

function Spacer({ height, span }: { height: number; span: number }) {
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing in it takes the focus.
    <tr aria-hidden="true">
      <td colSpan={span} className={styles.spacer} style={{ height }} />
    </tr>
  );
}

function SkeletonRows<Row>({ columns }: { columns: readonly Column<Row>[] }) {
  return Array.from({ length: SKELETON_ROWS }, (_, index) => (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing in it takes the focus.
    // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity.
    <tr key={index} aria-hidden="true" className={styles.skeleton}>
      {columns.map((column) => (
        <td key={column.id} className={alignClass(column)}>
          <span />
        </td>
      ))}
    </tr>
  ));
}
