import { Button } from '@mantine/core';
import { useMemo } from 'react';

import { useApi } from '../../api/query';
import { count, value_text } from '../../lib/format';
import { field, integer } from '../../lib/url_state';
import { Answer } from '../../ui/Answer';
import { DataTable, type Column } from '../../ui/DataTable';
import { Section } from '../../ui/Page';
import { useUrlState } from '../../ui/useUrlState';

const page_rows = 20;
const fields = { offset: field(integer, 0) };
type Row = { at: number; values: unknown[] };

/** As the data has it: no digit grouped away, times in UTC as they were written. */
function cell_text(value: unknown, type: string): string {
  if (type === 'timestamp' && typeof value === 'number') return new Date(value).toISOString().slice(0, 16).replace('T', ' ');
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
  return type === 'timestamp' ? value_text(value).replace('T', ' ').replace(/(:00)?Z$/, '') : value_text(value);
}

/** Wide enough for the name and for the first value. */
const width_of = (name: string, value: string): number => Math.min(240, Math.max(64, 24 + 8 * Math.max(name.length, value.length)));

/** The data itself, a page at a time. */
export function Rows({ name, version, total }: { name: string; version: string; total: number }) {
  const [{ offset }, set_state] = useUrlState(fields);
  const answer = useApi('/api/v1/datasets/{name}/versions/{version}/rows', { name, version }, { query: { offset, limit: page_rows } });
  const described = answer.data?.columns;
  const columns = useMemo<Column<Row>[]>(
    () =>
      (described ?? []).map(({ name: column, type }, index) => ({
        id: column,
        header: () => <span title={type}>{column}</span>,
        cell: ({ row }) => cell_text(row.original.values[index], type),
        meta: { width: width_of(column, cell_text(answer.data?.rows[0]?.[index], type)), align: /^(u?int|float)/.test(type) ? 'right' : undefined },
      })),
    [described],
  );
  const last = Math.min(total, offset + page_rows);
  return (
    <Section
      title="Rows"
      note={`${count(offset + 1)} to ${count(last)} of ${count(total)}`}
      actions={
        <Button.Group>
          <Button size="compact-sm" variant="default" disabled={offset <= 0} onClick={() => set_state({ offset: Math.max(0, offset - page_rows) })}>
            Previous
          </Button>
          <Button size="compact-sm" variant="default" disabled={last >= total} onClick={() => set_state({ offset: offset + page_rows })}>
            Next
          </Button>
        </Button.Group>
      }
    >
      <Answer of={answer} lines={6}>
        {({ rows }) => <DataTable label="Rows" rows={rows.map((values, at) => ({ at: offset + at, values }))} columns={columns} row_id={(row) => String(row.at)} min_width={columns.reduce((sum, column) => sum + (column.meta?.width ?? 0), 0)} />}
      </Answer>
    </Section>
  );
}
