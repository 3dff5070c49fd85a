import { type ColumnDef, type RowData, tableFeatures, useTable } from '@tanstack/react-table';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import style from './data-table.module.css';
import { useRowKeys } from './row-keys.ts';

const features = tableFeatures({});
type Features = typeof features;

/** A column. `size` is a track of CSS grid, such as `8rem` or `minmax(0, 2fr)`. */
export type Column<Row extends RowData> = ColumnDef<Features, Row> & { meta?: { size?: string } };

const sizeOf = (column: { meta?: unknown }) =>
  (column.meta as { size?: string } | undefined)?.size ?? 'minmax(0, 1fr)';

/**
 * A table of which only the visible rows are in the page. `total`: how many rows there are, also of pages that are not
 * loaded. `onEnd` is called when the last loaded row comes near. A row's first link opens it: `j` and `k` go to the
 * next one and back.
 */
export function DataTable<Row extends RowData>({
  caption,
  columns,
  rows,
  total = rows.length,
  hasMore = rows.length < total,
  rowId,
  rowHeight = 33,
  onEnd,
}: {
  /** What the table lists, for those who do not see it. */
  caption: string;
  /** Declared outside of the component, so that it stays the same. */
  columns: Column<Row>[];
  rows: Row[];
  total?: number;
  /** There are more pages to load. For lists that do not tell how many. */
  hasMore?: boolean;
  rowId: (row: Row) => string;
  /** About how high most rows are, in px. It places the page where it was when somebody comes back. */
  rowHeight?: number | undefined;
  onEnd?: (() => void) | undefined;
}) {
  const table = useTable<Features, Row>({ features, columns, data: rows, getRowId: rowId });
  const all = table.getRowModel().rows;
  const body = useRef<HTMLTableSectionElement>(null);
  const [top, setTop] = useState(0);
  const usual = useRef(rowHeight);
  // What stands above the table may grow.
  useLayoutEffect(() =>
    setTop(Math.round((body.current?.getBoundingClientRect().top ?? 0) + window.scrollY)),
  );
  const virtualizer = useWindowVirtualizer({
    count: all.length,
    // Most rows are as high as the one before: the fewer of them change their size, the fewer others move.
    estimateSize: () => usual.current,
    // The rows are there at once, so that the page is as high as when it was left.
    initialRect: { width: window.innerWidth, height: window.innerHeight },
    overscan: 12,
    scrollMargin: top,
    // The library rounds. A row that leaves is replaced by padding of its size, and the rest would move a little.
    measureElement: (element) => {
      usual.current = element.getBoundingClientRect().height;
      return usual.current;
    },
    getItemKey: (index) => all[index]?.id ?? index,
  });
  const items = virtualizer.getVirtualItems();
  const [first, last] = [items[0], items.at(-1)];
  const isNearEnd = all.length > 0 && (last?.index ?? 0) >= all.length - 20;
  useEffect(() => {
    if (isNearEnd && hasMore) onEnd?.();
  }, [isNearEnd, hasMore, onEnd]);
  useRowKeys(body, all.length, (index) => virtualizer.scrollToIndex(index, { align: 'auto' }));

  const tracks = { '--columns': columns.map(sizeOf).join(' ') } as React.CSSProperties;
  return (
    // The roles are those that the elements lose by `display: grid`.
    <table
      className={style.table}
      role="table"
      aria-rowcount={hasMore && total === rows.length ? -1 : total + 1}
      style={tracks}
    >
      <caption className="hidden">{caption}</caption>
      <thead className={style.head} role="rowgroup">
        {table.getHeaderGroups().map((group) => (
          <tr key={group.id} className={style.row} role="row" aria-rowindex={1}>
            {group.headers.map((header) => (
              <th key={header.id} role="columnheader" scope="col">
                <table.FlexRender header={header} />
              </th>
            ))}
          </tr>
        ))}
      </thead>
      <tbody
        ref={body}
        className={style.body}
        role="rowgroup"
        style={{
          paddingBlockStart: first ? first.start - top : 0,
          paddingBlockEnd: last ? virtualizer.getTotalSize() - (last.end - top) : 0,
        }}
      >
        {items.map(({ index, key }) => (
          <tr
            key={key}
            ref={virtualizer.measureElement}
            data-index={index}
            className={style.row}
            role="row"
            aria-rowindex={index + 2}
          >
            {all[index]?.getAllCells().map((cell, at) => {
              const { header } = cell.column.columnDef;
              return (
                <td
                  key={cell.id}
                  role="cell"
                  data-label={at > 0 && typeof header === 'string' ? header : undefined}
                >
                  <div className={style.cell}>
                    <table.FlexRender cell={cell} />
                  </div>
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
