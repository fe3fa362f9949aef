// The one table. Sorting is the caller's (it lives in the URL); more rows than fit a few screens are drawn as they
// come into view. Columns have fixed places: a refreshed number never moves its neighbours.
import {
  getCoreRowModel,
  getSortedRowModel,
  useReactTable,
  type ColumnDef,
  type RowData,
} from '@tanstack/react-table';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useMemo, useRef, useState, type ReactNode } from 'react';

import type { Sorting } from '../lib/url_state';

declare module '@tanstack/react-table' {
  interface ColumnMeta<TData extends RowData, TValue> {
    align?: 'right';
    /** CSS width; columns without one share what is left. */
    width?: number;
    mono?: boolean;
  }
}

export type Column<T> = ColumnDef<T, any>;

interface DataTableProps<T> {
  label: string;
  rows: T[];
  columns: Column<T>[];
  row_id: (row: T) => string;
  sorting?: Sorting | null;
  on_sort?: (sorting: Sorting | null) => void;
  /** The server sorts: rows stay as they come. */
  sorted_by_server?: boolean;
  min_width?: number;
}

/** Called, not mounted: a cell whose function was made anew keeps its elements, and with them the reader's focus. */
const shown_by = (template: unknown, context: object): ReactNode =>
  typeof template === 'function' ? (template(context) as ReactNode) : (template as ReactNode);

const row_height_px = 40;
const virtual_from_rows = 150;

export function DataTable<T>(props: DataTableProps<T>) {
  const { label, rows, columns, row_id, sorting = null, on_sort, sorted_by_server = false, min_width } = props;
  // The same array for the same sorting: the table takes a new one for a change, and would draw itself for ever.
  const sorted_by = useMemo(() => (sorting ? [{ id: sorting.by, desc: sorting.descending }] : []), [sorting]);
  const table = useReactTable({
    data: rows,
    columns,
    getRowId: row_id,
    getCoreRowModel: getCoreRowModel(),
    getSortedRowModel: getSortedRowModel(),
    manualSorting: sorted_by_server,
    enableSorting: on_sort !== undefined,
    enableSortingRemoval: true,
    sortDescFirst: false,
    autoResetAll: false,
    autoResetPageIndex: false,
    state: { sorting: sorted_by },
    onSortingChange: (update) => {
      const next = typeof update === 'function' ? update(sorted_by) : update;
      on_sort?.(next[0] ? { by: next[0].id, descending: next[0].desc } : null);
    },
  });
  const sorted = table.getRowModel().rows;
  const body = useRef<HTMLTableSectionElement>(null);
  const is_virtual = sorted.length > virtual_from_rows;
  const [offset, set_offset] = useState(0);
  useLayoutEffect(() => {
    if (body.current) set_offset(body.current.getBoundingClientRect().top + window.scrollY);
  }, [is_virtual]);
  const virtual = useWindowVirtualizer({
    count: is_virtual ? sorted.length : 0,
    estimateSize: () => row_height_px,
    overscan: 12,
    scrollMargin: offset,
  });
  const items = virtual.getVirtualItems();
  const shown = is_virtual ? items.map((item) => sorted[item.index]!) : sorted;
  const above = is_virtual && items[0] ? items[0].start - offset : 0;
  const below = is_virtual && items.length > 0 ? virtual.getTotalSize() - (items.at(-1)!.end - offset) : 0;
  const leaves = table.getVisibleLeafColumns();

  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label={label}>
      <table className="table" style={min_width ? { minWidth: min_width } : undefined}>
        <colgroup>
          {leaves.map((column) => (
            <col key={column.id} style={{ width: column.columnDef.meta?.width }} />
          ))}
        </colgroup>
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id}>
              {group.headers.map((header) => {
                const direction = header.column.getIsSorted();
                const sortable = header.column.getCanSort() && on_sort !== undefined;
                const content = shown_by(header.column.columnDef.header, header.getContext());
                return (
                  <th
                    key={header.id}
                    scope="col"
                    className={header.column.columnDef.meta?.align === 'right' ? 'right' : undefined}
                    aria-sort={direction ? (direction === 'asc' ? 'ascending' : 'descending') : undefined}
                  >
                    {sortable ? (
                      <button type="button" className="sorter" onClick={header.column.getToggleSortingHandler()}>
                        <span className="cut">{content}</span>
                        <span className={`sort-arrow ${direction || 'none'}`} aria-hidden="true">
                          {direction === 'desc' ? '↓' : '↑'}
                        </span>
                      </button>
                    ) : (
                      content
                    )}
                  </th>
                );
              })}
            </tr>
          ))}
        </thead>
        <tbody ref={body}>
          {above > 0 && <tr style={{ height: above }} aria-hidden="true" />}
          {shown.map((row) => (
            <tr key={row.id}>
              {row.getVisibleCells().map((cell) => {
                const meta = cell.column.columnDef.meta;
                const className = [meta?.align === 'right' ? 'right' : '', meta?.mono ? 'mono' : ''].join(' ').trim();
                return (
                  <td key={cell.id} className={className || undefined}>
                    {shown_by(cell.column.columnDef.cell, cell.getContext())}
                  </td>
                );
              })}
            </tr>
          ))}
          {below > 0 && <tr style={{ height: below }} aria-hidden="true" />}
        </tbody>
      </table>
    </div>
  );
}
