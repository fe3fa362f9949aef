// An event as a sentence whose nouns are links. Unknown types still make one: nothing is ever hidden.
import type { JsonObject, MaruEvent } from '../api/types';
import { count, duration, number, plural, share } from './format';
import { label_of, link_of, subject_parts } from './links';
import { window_name, with_local_times } from './time';

export interface Noun {
  noun: string;
  to: string | null;
}
export type Part = string | Noun;

const noun = (kind: string, id: unknown, label?: string): Noun => {
  const text = String(id ?? '');
  return { noun: label ?? label_of(kind, text), to: link_of(kind, text) };
};

const object = (value: unknown): JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as JsonObject) : {};
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const numeric = (value: unknown): number | null => (typeof value === 'number' ? value : null);
/** Milliseconds, from a number or an ISO time. */
function instant(value: unknown): number | null {
  const at = typeof value === 'string' ? Date.parse(value) : numeric(value);
  return at === null || Number.isNaN(at) ? null : at;
}
const text_of = (value: unknown): string => (value === null || value === undefined ? '' : String(value));

const dataset = (p: JsonObject) => noun('dataset_version', `${p['dataset']}/${p['version']}`);
const model = (p: JsonObject, version: unknown = p['version']) => noun('model_version', `${p['model']}/${version}`);
const run = (p: JsonObject) => noun('run', p['run_id'], text_of(p['name']) || undefined);

/** The metric named first, as `rmse 61.2`. */
function first_metric(metrics: JsonObject): string {
  const key = 'rmse' in metrics ? 'rmse' : Object.keys(metrics)[0];
  return key ? `${key} ${number(numeric(metrics[key]))}` : '';
}

function evaluated(p: JsonObject): Part[] {
  const on = object(p['on']);
  const failed = numeric(object(p['checks'])['failed']) ?? 0;
  const champion = object(p['champion']);
  const parts: Part[] = [model(p), ' was evaluated: ', first_metric(object(p['metrics']))];
  if (on['dataset']) parts.push(' on ', dataset({ dataset: on['dataset'] ?? null, version: on['version'] ?? null }));
  if (champion['version']) parts.push(`, the champion has ${first_metric(object(champion['metrics']))}`);
  if (failed > 0) parts.push(`, ${plural(failed, 'check')} failed`);
  return parts;
}

function monitored(p: JsonObject): Part[] {
  const drift = object(p['drift']);
  const window = object(p['window']);
  const drifted = list(drift['drifted']).map(String);
  const start = instant(window['start']);
  const end = instant(window['end']);
  const parts: Part[] = [noun('monitor', p['monitor']), ' looked at '];
  parts.push(start !== null && end !== null ? window_name(start, end) : 'a window');
  const said: string[] = [];
  if (numeric(p['rmse']) !== null) {
    const baseline = numeric(object(p['baseline'])['rmse']);
    said.push(`rmse ${number(numeric(p['rmse']))}${baseline === null ? '' : ` against ${number(baseline)}`}`);
  }
  if (drifted.length > 0) said.push(`${share(numeric(drift['share']))} drifted (${few(drifted)})`);
  else if (said.length === 0 && numeric(drift['share']) !== null) said.push('no drift');
  if (said.length > 0) parts.push(': ', said.join(', '));
  return parts;
}

function few(names: string[]): string {
  return names.length <= 4 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
}

function window_of_traffic(p: JsonObject): Part[] {
  const errors = object(p['errors']);
  const latency = object(p['latency']);
  const failed = numeric(errors['count']) ?? 0;
  return [
    noun('endpoint', p['endpoint']),
    ` answered ${plural(numeric(p['requests']), 'request')}`,
    `, p50 ${duration(numeric(latency['p50']))}, p99 ${duration(numeric(latency['p99']))}`,
    failed > 0 ? `, ${plural(failed, 'error')}` : '',
  ];
}

function actions_of(actions: unknown): string {
  const names = list(actions).map((each) => {
    if (typeof each === 'string') return each;
    // As rules record them, {arguments: {run: "train"}, result: …}, or as they are written, {run: "train"}.
    const action = object(each);
    const [verb, argument] = Object.entries('arguments' in action ? object(action['arguments']) : action)[0] ?? [];
    return verb ? `${verb} ${typeof argument === 'object' ? '' : text_of(argument)}`.trim() : '';
  });
  return names.filter(Boolean).join(', ');
}

function swapped(p: JsonObject): Part[] {
  const previous = p['previous_version'];
  const parts: Part[] = [noun('endpoint', p['endpoint']), ' now serves ', model(p)];
  if (previous) parts.push(' instead of ', model(p, previous));
  const load_ms = numeric(p['load_ms']);
  if (load_ms !== null) parts.push(`, loaded in ${duration(load_ms)}`);
  return parts;
}

function aliased(p: JsonObject): Part[] {
  const alias = text_of(p['alias']);
  if (p['removed'] === true) return [model(p), ` is no longer ${alias}`];
  const previous = p['previous_version'];
  const parts: Part[] = [model(p), ` is ${alias}`];
  if (previous) parts.push(', it was ', model(p, previous));
  return parts;
}

const pipeline_run = (p: JsonObject): Part[] => [
  noun('pipeline', p['pipeline']),
  ' ',
  noun('pipeline_run', p['run']),
];

function new_data(p: JsonObject): Part[] {
  const fresh = numeric(object(p['new'])['rows']);
  const checks = object(p['checks']);
  const failed = numeric(checks['failed']) ?? 0;
  const parts: Part[] = [dataset(p), ` has ${plural(numeric(p['rows']), 'row')}`];
  if (fresh !== null && fresh !== numeric(p['rows'])) parts.push(`, ${count(fresh)} of them new`);
  if (failed > 0) parts.push(`, ${plural(failed, 'check')} failed`);
  return parts;
}

const writers: Record<string, (p: JsonObject) => Part[]> = {
  'dataset.version': new_data,
  'expectation.failed': (p) => [dataset(p), ` fails “${text_of(p['expectation'])}”: ${text_of(p['observed'])}`],
  'feature.materialized': (p) => [
    noun('feature_view', p['view']),
    ` has ${plural(numeric(p['rows']), 'row')} online`,
  ],
  'run.started': (p) => ['Run ', run(p), ' started'],
  'run.finished': (p) => ['Run ', run(p), ' finished'],
  'run.failed': (p) => ['Run ', run(p), ' failed'],
  'metrics.logged': (p) => ['Run ', run(p), ` logged ${first_metric(object(p['metrics'])) || 'metrics'}`],
  'model.created': (p) => ['Model ', noun('model', p['model']), ' was created'],
  'version.created': (p) =>
    p['run_id'] ? [model(p), ' was registered from run ', noun('run', p['run_id'])] : [model(p), ' was registered'],
  'version.evaluated': evaluated,
  'version.aliased': aliased,
  'endpoint.changed': (p) => ['Endpoint ', noun('endpoint', p['endpoint']), ' changed'],
  'endpoint.swapped': swapped,
  'endpoint.window': window_of_traffic,
  'prediction.truth': (p) => [
    noun('endpoint', p['endpoint']),
    ` learned the truth of ${plural(numeric(p['count']), 'prediction')}`,
  ],
  'monitor.evaluated': monitored,
  'drift.found': (p) => {
    const drift = object(p['drift']);
    return [noun('monitor', p['monitor']), ` found drift in ${few(list(drift['drifted']).map(String))}`];
  },
  'pipeline.started': (p) => ['Pipeline ', ...pipeline_run(p), ' started'],
  'pipeline.step': (p) => ['Pipeline ', ...pipeline_run(p), `: ${text_of(p['step'])} ${text_of(p['state'])}`],
  'pipeline.finished': (p) => ['Pipeline ', ...pipeline_run(p), ' finished'],
  'pipeline.failed': (p) => [
    'Pipeline ',
    ...pipeline_run(p),
    ` failed${p['reason'] ? `: ${text_of(p['reason'])}` : ''}`,
  ],
  'schedule.tick': (p) => ['The clock struck for rule ', noun('rule', p['rule'])],
  'rule.evaluated': (p) => ['Rule ', noun('rule', p['rule']), ` ${text_of(p['verdict']) || 'was evaluated'}`, why(p)],
  'rule.acted': (p) => ['Rule ', noun('rule', p['rule']), ` acted: ${actions_of(p['actions']) || 'done'}`, why(p)],
  'rule.failed': (p) => ['Rule ', noun('rule', p['rule']), ' failed', why(p)],
  'project.applied': (p) => ['Project ', noun('project', p['project']), ' was applied'],
};

/** ` because 61.2 < 84.9 × 0.98`, when the rule said so. */
function why(p: JsonObject): string {
  const reason = text_of(p['sentence']) || text_of(p['reason']);
  return reason ? ` (${with_local_times(reason)})` : '';
}

/** dataset.version → what happened, for types this page has never heard of. */
function plain(event: MaruEvent): Part[] {
  const { kind, id } = subject_parts(event.subject);
  const what = event.type.replace('.', ' ').replace(/_/g, ' ');
  return id ? [noun(kind, id), ` · ${what}`] : [what];
}

export function sentence_of(event: MaruEvent): Part[] {
  const write = writers[event.type];
  const parts = write ? write(event.payload ?? {}) : plain(event);
  return parts.filter((part) => part !== '');
}

export const sentence_text = (parts: Part[]): string =>
  parts.map((part) => (typeof part === 'string' ? part : part.noun)).join('');

/** The tone of an event's mark. */
export function tone_of(event: MaruEvent): 'ok' | 'warning' | 'alert' | 'plain' {
  if (/failed$|alert\.raised/.test(event.type)) return 'alert';
  const status = event.payload?.['status'];
  if (event.type === 'monitor.evaluated') {
    return status === 'alert' ? 'alert' : status === 'warning' ? 'warning' : 'plain';
  }
  if (event.type === 'drift.found' || event.type === 'feature.stale') return 'warning';
  if (['rule.acted', 'version.aliased', 'endpoint.swapped', 'alert.resolved'].includes(event.type)) return 'ok';
  return 'plain';
}
