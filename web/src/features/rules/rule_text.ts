import type { Json, JsonObject, RuleSummary } from '../../api/types';
import { value_text } from '../../lib/format';

/** `{run: train}` → run train; `{alias: champion, to: previous}` → alias champion, to previous; one that was done
 *  carries what it was asked under `arguments`. */
export function action_text(action: Json | undefined): string {
  if (action === null || action === undefined) return '';
  if (typeof action !== 'object' || Array.isArray(action)) return value_text(action);
  const asked = action['arguments'];
  if (asked !== undefined) return action_text(asked);
  return Object.entries(action)
    .map(([key, value]) => `${key} ${value_text(value)}`)
    .join(', ');
}

/** Where an action that was done led: the pipeline run it started, the version it made champion. */
export function results_of(actions: Json | undefined): { kind: string; id: string }[] {
  if (!Array.isArray(actions)) return [];
  return actions.flatMap((action) => {
    const result = action !== null && typeof action === 'object' && !Array.isArray(action) ? action['result'] : null;
    if (result === null || typeof result !== 'object' || Array.isArray(result)) return [];
    if (result['run'] !== undefined) return [{ kind: 'pipeline_run', id: String(result['run']) }];
    if (result['model'] !== undefined && result['version'] !== undefined) {
      return [{ kind: 'model_version', id: `${result['model']}/${result['version']}` }];
    }
    return [];
  });
}

/** The values worth a line: numbers, flags and short words, not whole records. */
export function short_values(values: JsonObject | null | undefined): [name: string, text: string][] {
  return Object.entries(values ?? {})
    .filter(([, value]) => value !== null && typeof value !== 'object')
    .map(([name, value]): [string, string] => [name, value_text(value)])
    .filter(([, text]) => !/^[[{]/.test(text) && text.length <= 40);
}

export const actions_text = (actions: Json | undefined): string =>
  Array.isArray(actions) ? actions.map(action_text).filter(Boolean).join('; ') : action_text(actions);

export const on_text = (rule: Pick<RuleSummary, 'on'>): string => (Array.isArray(rule.on) ? rule.on.join(', ') : rule.on);

/** The rule as it is written in maru.yaml, clause by clause; clauses that are not there are left out. */
export function clauses_of(rule: RuleSummary): [clause: string, text: string][] {
  const clauses: [string, string | null | undefined][] = [
    ['on', on_text(rule)],
    ['every', rule.every],
    ['given', rule.given],
    ['when', rule.when],
    ['select', rule.select],
    ['do', actions_text(rule.do)],
    ['at most', rule.at_most],
  ];
  return clauses.filter((clause): clause is [string, string] => Boolean(clause[1]));
}
