import { useMemo } from 'react';

import type { ColumnProfile, ColumnSchema, Profile } from '../../api/types';
import { count, number, share } from '../../lib/format';
import { local_time } from '../../lib/time';
import { Histogram } from '../../ui/Histogram';
import { columns_of } from './profile';

/** One card a column: its shape, then the few numbers that describe it. */
export function ColumnCards({ schema, profile }: { schema: ColumnSchema[]; profile: Profile | null | undefined }) {
  const columns = useMemo(() => columns_of(schema, profile), [schema, profile]);
  return (
    <div className="cards">
      {columns.map((column) => (
        <Card key={column.name} column={column} />
      ))}
    </div>
  );
}

function Card({ column }: { column: ColumnProfile }) {
  const { histogram, top_values = [] } = column;
  const few = top_values.slice(0, 12);
  const is_time = column.type === 'timestamp';
  const show = (value: number | null) => (is_time ? local_time(value).slice(0, 10) : number(value));
  const has_bars = histogram && histogram.counts.length > 0;
  return (
    <div>
      <div className="card-head">
        <h3 className="cut" title={column.name}>
          {column.name}
        </h3>
        <span className="hint">{column.type}</span>
      </div>
      {has_bars ? (
        <Histogram label={`Distribution of ${column.name}`} edges={is_time ? [] : histogram.edges} values={is_time ? [show(column.min), show(column.max)] : undefined} counts={histogram.counts} height={72} />
      ) : few.length > 0 ? (
        <Histogram label={`Values of ${column.name}`} values={few.map((each) => each.value)} counts={few.map((each) => each.count)} height={72} />
      ) : (
        <p className="hint">No values.</p>
      )}
      <p className="card-foot">{facts_of(column, show)}</p>
    </div>
  );
}

function facts_of(column: ColumnProfile, show: (value: number | null) => string): string {
  const facts: string[] = [];
  if (column.mean !== null && column.type !== 'timestamp') facts.push(`mean ${number(column.mean)}`);
  if (column.std !== null && column.type !== 'timestamp') facts.push(`sd ${number(column.std)}`);
  if (column.min !== null) facts.push(`${show(column.min)} to ${show(column.max)}`);
  facts.push(`${count(column.distinct)} distinct`);
  facts.push(column.null_count > 0 ? `${share(column.null_count / Math.max(1, column.count))} missing` : 'none missing');
  return facts.join(' · ');
}
