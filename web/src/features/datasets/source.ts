import type { JsonObject } from '../../api/types';
import { value_text } from '../../lib/format';

/** Where a version came from, in a few words. */
export function source_text(source: JsonObject | null | undefined): string {
  if (!source) return '';
  const kind = String(source['kind'] ?? '').replace(/_/g, ' ');
  const detail = source['path'] ?? source['sql'] ?? source['service'] ?? source['label'];
  return detail ? `${kind} ${value_text(detail)}` : kind;
}
