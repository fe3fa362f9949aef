import type { Json, RuleSummary } from '../../api/types';
import { value_text } from '../../lib/format';

/** `{run: train}` → run train; `{alias: champion, to: previous}` → alias champion, to previous. */
export function action_text(action: Json | undefined): string {
  if (action === null || action === undefined) return '';
  if (typeof action !== 'object' || Array.isArray(action)) return value_text(action);
  const named = action['action'];
  const entries = Object.entries(action).filter(([key]) => key !== 'action' && key !== 'result');
  const rest = entries.map(([key, value]) => `${key} ${value_text(value)}`).join(', ');
  return typeof named === 'string' ? [named, rest].filter(Boolean).join(' ') : rest;
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
