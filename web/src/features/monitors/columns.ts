import type { DriftColumn, FlatDriftColumn, MonitorResultResponse } from '../../api/types';
import { number } from '../../lib/format';

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

/** What was judged and by what limit, then what else is known: `anderson darling: effect 0.35, limit 0.02, p 6.0e-72`. */
export function verdict_text(column: Compared): string {
  const { score, p_value = null, effect_size = null, threshold } = column;
  const judged = score === null ? '' : score === p_value ? 'p' : score === effect_size ? 'effect' : 'distance';
  const parts: string[] = [];
  if (judged) parts.push(`${judged} ${number(score, 3)}`);
  if (threshold !== null) parts.push(`limit ${number(threshold, 3)}`);
  if (judged !== 'effect' && effect_size !== null) parts.push(`effect ${number(effect_size, 3)}`);
  if (judged !== 'p' && p_value !== null) parts.push(`p ${number(p_value, 3)}`);
  if (column.drifted && column.reason && column.reason !== 'values') parts.push(`by ${column.reason}`);
  return `${column.method.replace(/_/g, ' ')}: ${parts.join(', ')}`;
}
