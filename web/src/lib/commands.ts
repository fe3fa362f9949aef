// The command line that does the same as a page. In one place, so that the words stay those of `maru --help`.

/** Quoted for a shell when it has to be. */
export const shell = (word: string | number): string =>
  /^[\w@%+=:,./-]+$/.test(String(word)) ? String(word) : `'${String(word).replace(/'/g, `'\\''`)}'`;

const maru = (...words: (string | number)[]): string => ['maru', ...words.map(shell)].join(' ');

export const commands = {
  overview: () => maru('status'),
  up: () => maru('up'),
  apply: () => maru('apply', '.'),
  demo: () => maru('demo'),
  datasets: () => maru('datasets'),
  dataset: (name: string) => maru('datasets', name),
  add_dataset: (name: string, file: string) => maru('datasets', 'add', name, file),
  features: () => maru('features'),
  read_features: (service: string, key: string) => maru('features', 'online', service, `${key}=…`),
  experiments: () => maru('experiments'),
  runs: (experiment: string, filter = '') =>
    filter ? maru('experiments', experiment, '--filter', filter) : maru('experiments', experiment),
  models: () => maru('models'),
  model: (name: string) => maru('models', name),
  /** MODEL@ALIAS, MODEL/VERSION, a run's id, an endpoint or #EVENT. */
  why: (thing: string) => maru('why', thing),
  endpoints: () => maru('endpoints'),
  endpoint: (name: string) => maru('endpoints', name),
  create_endpoint: (name: string, model: string, alias: string) =>
    maru('endpoints', 'create', name, '--model', model, '--alias', alias),
  monitors: () => maru('monitors'),
  monitor: (name: string) => maru('monitors', name),
  create_monitor: (endpoint: string) =>
    commands.post('/api/v1/monitors', JSON.stringify({ name: `${endpoint}_inputs`, endpoint, checks: ['drift'], window: '1d' })),
  run_pipeline: (name: string) => maru('run', name),
  rules: () => maru('rules'),
  rule: (name: string) => maru('rules', name),
  test_rule: (name: string, event: number) => maru('rules', 'test', name, '--event', event),
  events: (type = '', subject = '') =>
    maru('events', ...(type ? ['--type', type] : []), ...(subject ? ['--subject', subject] : [])),
  config: () => `${maru('config')} --explain`,
  get: (path: string) => `curl -s ${shell(`${origin()}${path}`)}`,
  post: (path: string, body: string) => `curl -s ${shell(`${origin()}${path}`)} -d ${shell(body)}`,
};

/** Where this page came from; a fixed stand-in outside a browser. */
export const origin = (): string => (typeof location === 'undefined' ? 'http://127.0.0.1:8250' : location.origin);
