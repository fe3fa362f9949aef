import type { DriftColumn, FlatDriftColumn, MonitorResultResponse } from '../../api/types';

export interface Compared extends Omit<DriftColumn, 'reference' | 'current'> {
  edges: number[];
  labels: string[];
  reference_counts: number[];
  current_counts: number[];
}

function compared(name: string, column: DriftColumn | FlatDriftColumn): Compared {
  if ('reference' in column && column.reference) {
    const { edges = [], values, labels, counts } = column.reference;
    return { ...column, name, edges, labels: labels ?? (values ?? []).map(String), reference_counts: counts, current_counts: column.current?.counts ?? [] };
  }
  const flat = column as FlatDriftColumn;
  return { ...flat, name, edges: flat.edges ?? [], labels: flat.labels ?? [], reference_counts: flat.reference_counts ?? [], current_counts: flat.current_counts ?? [] };
}

/** What was compared, drifted inputs first, whichever way the server lists columns. */
export function compared_columns(result: Pick<MonitorResultResponse, 'columns'>): Compared[] {
  const given = result.columns ?? [];
  const all = Array.isArray(given)
    ? given.map((column) => compared(column.name, column))
    : Object.entries(given).map(([name, column]) => compared(name, column));
  return all
    .map((column, order) => ({ column, order }))
    .sort((a, b) => Number(b.column.drifted) - Number(a.column.drifted) || a.order - b.order)
    .map(({ column }) => column);
}
