// Live without polling: one event stream; each event names the queries it makes stale. Events are gathered for
// a moment first, so that a burst costs one refetch of what is on screen and not a storm.
import type { QueryClient } from '@tanstack/react-query';

import type { Endpoint } from './responses';
import type { MaruEvent } from './types';

const run_lists: Endpoint[] = [
  'POST /ajax-api/2.0/mlflow/runs/search',
  '/ajax-api/2.0/mlflow/runs/get',
  '/ajax-api/2.0/mlflow/experiments/search',
];
const models: Endpoint[] = [
  '/ajax-api/2.0/mlflow/registered-models/search',
  '/ajax-api/2.0/mlflow/registered-models/get',
  '/ajax-api/2.0/mlflow/model-versions/search',
  '/ajax-api/2.0/mlflow/model-versions/get',
  '/api/v1/why',
];
const datasets: Endpoint[] = ['/api/v1/datasets', '/api/v1/datasets/{name}'];
const endpoints: Endpoint[] = [
  '/api/v1/endpoints',
  '/api/v1/endpoints/{name}',
  '/api/v1/endpoints/{name}/series',
  '/api/v1/endpoints/{name}/predictions',
];
const monitors: Endpoint[] = ['/api/v1/monitors', '/api/v1/monitors/{name}'];
const pipelines: Endpoint[] = ['/api/v1/pipelines', '/api/v1/pipelines/{name}', '/api/v1/pipeline-runs/{id}'];
const rules: Endpoint[] = ['/api/v1/rules', '/api/v1/rules/{name}'];

/** First matching prefix wins. */
const stale_by_prefix: [prefix: string, endpoints: Endpoint[]][] = [
  ['dataset.', datasets],
  ['expectation.', datasets],
  ['feature.', ['/api/v1/features']],
  ['metrics.logged', [...run_lists, '/ajax-api/2.0/mlflow/metrics/get-history']],
  ['run.', run_lists],
  ['model.', models],
  ['version.', models],
  ['endpoint.', endpoints],
  ['prediction.', ['/api/v1/endpoints/{name}/predictions', '/api/v1/predictions/{request_id}']],
  ['monitor.', monitors],
  ['drift.', monitors],
  ['pipeline.', pipelines],
  ['rule.', rules],
  ['alert.', ['/api/v1/monitors', '/api/v1/endpoints']],
  ['project.', [...datasets, '/api/v1/features', ...endpoints, ...monitors, ...pipelines, ...rules]],
];

/** What every event changes: the house and the list of events. */
const always: Endpoint[] = ['/api/v1/overview', '/api/v1/events', '/api/v1/lineage'];

export function stale_after(types: Iterable<string>): Set<Endpoint> {
  const stale = new Set<Endpoint>(always);
  for (const type of types) {
    const match = stale_by_prefix.find(([prefix]) => type.startsWith(prefix));
    for (const endpoint of match?.[1] ?? []) stale.add(endpoint);
  }
  return stale;
}

export type Connection = 'connecting' | 'live' | 'lost';

/** Named event lines reach only listeners of that name, so each known type is listened for. */
const named_types = [
  'dataset.version expectation.failed feature.materialized feature.stale run.started run.finished run.failed',
  'metrics.logged model.created version.created version.validated version.evaluated version.aliased',
  'endpoint.changed endpoint.swapped endpoint.window prediction.truth monitor.evaluated drift.found',
  'pipeline.started pipeline.step pipeline.finished pipeline.failed schedule.tick rule.evaluated rule.acted',
  'rule.failed alert.raised alert.resolved project.applied',
]
  .join(' ')
  .split(' ');

const gather_ms = 1000;

/** Keeps the cache fresh until the function it returns is called. */
export function follow_events(
  client: QueryClient,
  on_connection: (state: Connection) => void,
  on_event: (event: MaruEvent) => void,
): () => void {
  const types = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let was_lost = false;

  const flush = () => {
    timer = undefined;
    const stale = stale_after(types);
    types.clear();
    void client.invalidateQueries({ predicate: (query) => stale.has(query.queryKey[0] as Endpoint) });
  };
  const receive = (message: MessageEvent<string>) => {
    let event: MaruEvent;
    try {
      event = JSON.parse(message.data) as MaruEvent;
    } catch {
      return; // a keep-alive or a proxy's remark
    }
    types.add(event.type);
    on_event(event);
    timer ??= setTimeout(flush, gather_ms);
  };

  const source = new EventSource('/api/v1/events/stream');
  source.onmessage = receive;
  for (const type of named_types) source.addEventListener(type, receive as EventListener);
  source.onopen = () => {
    on_connection('live');
    // What happened while nobody listened is unknown: everything on screen is asked again, once.
    if (was_lost) void client.invalidateQueries();
    was_lost = false;
  };
  source.onerror = () => {
    was_lost = true;
    on_connection('lost'); // the browser tries again by itself
  };
  return () => {
    clearTimeout(timer);
    source.close();
  };
}
