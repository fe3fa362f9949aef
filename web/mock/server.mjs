// @ts-check
// A stand-in for the server with one fixed story, for working on the pages and for their tests. Plain Node, nothing
// to install: `node mock/server.mjs [--port 8299] [--empty] [--live]`. It serves ../dist too when that was built.
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, extname, join, normalize, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import * as automation from './fixtures/automation.mjs';
import * as data from './fixtures/data.mjs';
import * as log from './fixtures/events.mjs';
import * as house from './fixtures/house.mjs';
import * as monitoring from './fixtures/monitoring.mjs';
import * as serving from './fixtures/serving.mjs';
import * as tracking from './fixtures/tracking.mjs';

/** @typedef {import('node:http').ServerResponse} Response */
/** @typedef {{params: string[], query: URLSearchParams, body: any}} Asked */
/** @typedef {[pattern: RegExp, answer: (asked: Asked) => unknown]} Route */

const dist = resolve(dirname(fileURLToPath(import.meta.url)), '../dist');

/** @param {{name: string}[]} list @param {string | undefined} name */
const named = (list, name) => list.find((each) => each.name === name) ?? null;

/** @param {Asked} asked */
function search_runs({ body }) {
  const wanted = new Set((body.experiment_ids ?? []).map(String));
  if (/~|\bfoo\b/.test(body.filter ?? '')) throw { status: 400, body: { error_code: 'INVALID_PARAMETER_VALUE', message: 'filter: column 9: no such field `foo`, did you mean `mae`?' } };
  let found = tracking.runs.filter((run) => wanted.has(run.info.experiment_id));
  const clause = /metrics\.(\w+)\s*(<|>)\s*([\d.]+)/.exec(body.filter ?? '');
  if (clause) {
    found = found.filter((run) => {
      const value = run.data.metrics?.find((each) => each.key === clause[1])?.value ?? NaN;
      return clause[2] === '<' ? value < Number(clause[3]) : value > Number(clause[3]);
    });
  }
  return { runs: found.slice(0, body.max_results ?? 1000) };
}

/** @param {Asked} asked */
function list_events({ query }) {
  const type = query.get('type') ?? '';
  const subject = query.get('subject') ?? '';
  const limit = Number(query.get('limit') ?? 100);
  const before = Number(query.get('before') || Infinity);
  const found = log.events.filter((each) => (!type || each.type === type) && (!subject || each.subject === subject || each.subject.startsWith(`${subject}/`)) && each.id < before);
  return { events: (query.get('order') === 'asc' ? found : [...found].reverse()).slice(0, limit) };
}

/** @type {Route[]} */
const routes = [
  [/^GET \/api\/v1\/status$/, () => house.status()],
  [/^GET \/api\/v1\/overview$/, () => house.overview()],
  [/^GET \/api\/v1\/config$/, () => house.config],
  [/^GET \/api\/v1\/why$/, ({ query }) => ({ thing: query.get('thing'), lines: log.why_lines(log.causes_of(log.events.findLast((each) => each.type === 'version.aliased')?.id ?? 0)) })],
  [/^GET \/api\/v1\/events$/, list_events],
  [/^GET \/api\/v1\/events\/(\d+)$/, ({ params }) => log.events.find((each) => each.id === Number(params[0])) ?? null],
  [/^GET \/api\/v1\/events\/(\d+)\/causes$/, ({ params }) => { const [event, ...causes] = log.causes_of(Number(params[0])); return event ? { event, causes } : null; }],
  [/^GET \/api\/v1\/datasets$/, () => ({ datasets: data.datasets.map(({ versions, ...rest }) => ({ ...rest, versions: undefined, count: versions.length })) })],
  [/^GET \/api\/v1\/datasets\/([^/]+)$/, ({ params }) => named(data.datasets, params[0])],
  [/^GET \/api\/v1\/datasets\/([^/]+)\/versions\/(\d+)$/, ({ params }) => data.dataset_version(params[0] ?? '', Number(params[1]))],
  [/^GET \/api\/v1\/datasets\/([^/]+)\/versions\/(\d+)\/rows$/, () => data.rows],
  [/^GET \/api\/v1\/lineage$/, ({ query }) => data.lineage_of(query.get('node') ?? '')],
  [/^GET \/api\/v1\/features$/, () => data.features],
  [/^POST \/api\/v1\/features\/online$/, ({ body }) => ({ features: data.features.services[0]?.features ?? [], rows: (body.entities ?? []).map((/** @type {any} */ entity) => ({ entity, values: [212, 187, 166.4, 158.9, 0.24, 0.61, 0.13, 'clear', 17, 1, true], event_ms: Array(11).fill(house.status().now_ms - 2_400_000) })) })],
  [/^GET \/api\/v1\/endpoints$/, () => ({ endpoints: serving.endpoints })],
  [/^GET \/api\/v1\/endpoints\/([^/]+)$/, ({ params }) => named(serving.endpoints, params[0])],
  [/^GET \/api\/v1\/endpoints\/([^/]+)\/series$/, () => serving.series()],
  [/^GET \/api\/v1\/endpoints\/([^/]+)\/predictions$/, () => serving.newest()],
  [/^POST \/v2\/models\/([^/]+)\/infer$/, ({ params, body }) => ({ id: serving.known_prediction, model_name: params[0], model_version: '8', outputs: [{ name: 'prediction', datatype: 'FP64', shape: [body.inputs?.[0]?.shape?.[0] ?? 1], data: [231.7] }] })],
  [/^GET \/api\/v1\/predictions\/([^/]+)$/, ({ params }) => (params[0]?.startsWith('missing') ? null : serving.prediction(params[0] ?? ''))],
  [/^GET \/api\/v1\/monitors$/, () => ({ monitors: monitoring.monitors.map(({ results, ...rest }) => ({ ...rest, count: results.length })) })],
  [/^GET \/api\/v1\/monitors\/([^/]+)$/, ({ params }) => named(monitoring.monitors, params[0])],
  [/^GET \/api\/v1\/monitors\/([^/]+)\/results\/(\d+)$/, ({ params }) => monitoring.result_of(params[0] ?? '', Number(params[1]))],
  [/^GET \/api\/v1\/pipelines$/, () => ({ pipelines: [{ name: 'train', project: 'bikes', steps: automation.steps.length, last_run: automation.pipeline.runs[0] }] })],
  [/^GET \/api\/v1\/pipelines\/([^/]+)$/, ({ params }) => (params[0] === 'train' ? automation.pipeline : null)],
  [/^POST \/api\/v1\/pipelines\/train\/runs$/, () => automation.pipeline.runs[0]],
  [/^GET \/api\/v1\/pipeline-runs\/([^/]+)$/, ({ params }) => automation.runs.find((each) => String(each.id) === params[0]) ?? null],
  [/^POST \/api\/v1\/pipeline-runs\/([^/]+)\/cancel$/, ({ params }) => ({ id: params[0], state: 'cancelled' })],
  [/^GET \/api\/v1\/pipeline-runs\/([^/]+)\/steps\/([^/]+)\/log$/, () => `${automation.log_lines.join('\n')}\n`],
  [/^GET \/api\/v1\/rules$/, () => ({ rules: automation.rules.map(({ evaluations, ...rest }) => ({ ...rest, count: evaluations.length })) })],
  [/^GET \/api\/v1\/rules\/([^/]+)$/, ({ params }) => named(automation.rules, params[0])],
  [/^\w+ \/ajax-api\/2.0\/mlflow\/experiments\/search$/, () => ({ experiments: tracking.experiments })],
  [/^GET \/ajax-api\/2.0\/mlflow\/experiments\/get$/, ({ query }) => { const experiment = tracking.experiments.find((each) => each.experiment_id === query.get('experiment_id')); return experiment ? { experiment } : null; }],
  [/^POST \/ajax-api\/2.0\/mlflow\/runs\/search$/, search_runs],
  [/^GET \/ajax-api\/2.0\/mlflow\/runs\/get$/, ({ query }) => { const run = tracking.runs.find((each) => each.info.run_id === query.get('run_id')); return run ? { run } : null; }],
  [/^GET \/ajax-api\/2.0\/mlflow\/metrics\/get-history$/, ({ query }) => ({ metrics: tracking.history_of(query.get('run_id') ?? '', query.get('metric_key') ?? '') })],
  [/^GET \/ajax-api\/2.0\/mlflow\/artifacts\/list$/, ({ query }) => ({ root_uri: 'mlflow-artifacts:/', files: tracking.artifacts[query.get('path') ?? ''] ?? [] })],
  [/^GET \/ajax-api\/2.0\/mlflow\/registered-models\/search$/, () => ({ registered_models: tracking.models })],
  [/^GET \/ajax-api\/2.0\/mlflow\/registered-models\/get$/, ({ query }) => { const registered_model = named(tracking.models, query.get('name') ?? ''); return registered_model ? { registered_model } : null; }],
  [/^GET \/ajax-api\/2.0\/mlflow\/model-versions\/search$/, ({ query }) => ({ model_versions: tracking.versions.filter((each) => [each.name, each.run_id].some((word) => (query.get('filter') ?? '').includes(`'${word}'`))) })],
  [/^GET \/ajax-api\/2.0\/mlflow\/model-versions\/get$/, ({ query }) => { const model_version = tracking.versions.find((each) => each.name === query.get('name') && each.version === query.get('version')); return model_version ? { model_version } : null; }],
];

/** What a server that was started a second ago answers to its lists. @type {Route[]} */
const empty_routes = [
  [/^GET \/api\/v1\/overview$/, () => house.empty_overview],
  [/^GET \/api\/v1\/status$/, () => ({ ...house.status(), now_ms: Date.now(), projects: [], counts: {} })],
  ...['datasets', 'endpoints', 'monitors', 'pipelines', 'rules', 'events'].map((name) => /** @type {Route} */ ([new RegExp(`^GET /api/v1/${name}$`), () => ({ [name]: [] })])),
  [/^GET \/api\/v1\/features$/, () => ({ sources: [], entities: [], views: [], on_demand: [], services: [] })],
  [/^\w+ \/ajax-api\/2.0\/mlflow\/experiments\/search$/, () => ({ experiments: tracking.experiments.slice(2) })],
  [/^POST \/ajax-api\/2.0\/mlflow\/runs\/search$/, () => ({})],
  [/^GET \/ajax-api\/2.0\/mlflow\/registered-models\/search$/, () => ({})],
];

/** @type {Set<Response>} */
const listeners = new Set();

/** @param {import('../src/api/types').MaruEvent} event */
function tell(event) {
  log.events.push(event);
  for (const listener of listeners) listener.write(`id: ${event.id}\ndata: ${JSON.stringify(event)}\n\n`);
}

/** @param {Response} response @param {number} status @param {unknown} body */
function send(response, status, body) {
  const is_text = typeof body === 'string';
  response.writeHead(status, { 'content-type': is_text ? 'text/plain; charset=utf-8' : 'application/json' });
  response.end(is_text ? body : JSON.stringify(body));
}

const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2' };

/** @param {Response} response @param {string} path */
function send_file(response, path) {
  const wanted = join(dist, normalize(path));
  const is_file = wanted.startsWith(dist) && existsSync(wanted) && statSync(wanted).isFile();
  if (!is_file && path.startsWith('/assets/')) return send(response, 404, 'no such file');
  const file = is_file ? wanted : join(dist, 'index.html');
  response.writeHead(200, { 'content-type': types[/** @type {keyof typeof types} */ (extname(file))] ?? 'application/octet-stream' });
  createReadStream(file).pipe(response);
}

/** @param {{port?: number, empty?: boolean, live?: boolean}} options @returns {Promise<{url: string, close: () => void}>} */
export function start({ port = 0, empty = false, live = false } = {}) {
  const table = empty ? [...empty_routes, ...routes] : routes;
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://mock');
    if (url.pathname === '/api/v1/events/stream') {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
      response.write(': hello\n\n');
      listeners.add(response);
      request.on('close', () => listeners.delete(response));
      return;
    }
    let text = '';
    for await (const chunk of request) text += chunk;
    if (url.pathname === '/mock/event') {
      tell(JSON.parse(text));
      return send(response, 200, {});
    }
    if (!/^\/(api|ajax-api|v2|get-artifact)\//.test(`${url.pathname}/`)) return send_file(response, url.pathname);
    for (const [pattern, answer] of table) {
      const match = pattern.exec(`${request.method} ${url.pathname}`);
      if (!match) continue;
      try {
        const body = answer({ params: match.slice(1).map(decodeURIComponent), query: url.searchParams, body: text ? JSON.parse(text) : {} });
        if (body === null) return send(response, 404, { error: { code: 'not_found', message: `${url.pathname}: there is no such thing`, request_id: 'mock' } });
        return send(response, 200, body);
      } catch (/** @type {any} */ problem) {
        return send(response, problem.status ?? 500, problem.body ?? { error: { code: 'internal', message: String(problem) } });
      }
    }
    send(response, 404, { error: { code: 'not_found', message: `no route ${request.method} ${url.pathname}`, request_id: 'mock' } });
  });
  const timer = live
    ? setInterval(() => {
        const last = log.events.at(-1);
        if (last) tell({ ...last, id: last.id + 1, at_ms: last.at_ms + 4_000, payload: { ...last.payload, requests: 2_400 + (last.id % 300) } });
      }, 4_000)
    : undefined;
  return new Promise((done) => {
    server.listen(port, '127.0.0.1', () => {
      const address = /** @type {import('node:net').AddressInfo} */ (server.address());
      done({ url: `http://127.0.0.1:${address.port}`, close: () => { clearInterval(timer); for (const listener of listeners) listener.end(); server.close(); server.closeAllConnections(); } });
    });
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const at = process.argv.indexOf('--port');
  const { url } = await start({ port: at > 0 ? Number(process.argv[at + 1]) : 8299, empty: process.argv.includes('--empty'), live: process.argv.includes('--live') });
  console.log(`mock ${url}`);
}
