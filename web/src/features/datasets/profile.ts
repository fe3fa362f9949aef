import type { ColumnProfile, ColumnSchema, Profile } from '../../api/types';

const unknown = (column: ColumnSchema): ColumnProfile => ({
  name: column.name,
  type: column.type,
  count: 0,
  null_count: 0,
  distinct: 0,
  min: null,
  max: null,
  mean: null,
  std: null,
});

/** Profiles in the schema's order, whether the server sent them by name or as a list. */
export function columns_of(schema: ColumnSchema[], profile: Profile | null | undefined): ColumnProfile[] {
  const given = profile?.columns ?? [];
  const list: ColumnProfile[] = Array.isArray(given)
    ? given
    : Object.entries(given).map(([name, rest]) => ({ ...rest, name }) as ColumnProfile);
  if (schema.length === 0) return list;
  const by_name = new Map(list.map((each) => [each.name, each]));
  return schema.map((column) => by_name.get(column.name) ?? unknown(column));
}
