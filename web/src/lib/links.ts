// Every noun is a link: from what the server calls a thing (a kind and an id, or an event's subject) to its page.

const part = encodeURIComponent;

export const links = {
  overview: () => '/',
  datasets: () => '/datasets',
  dataset: (name: string) => `/datasets/${part(name)}`,
  dataset_version: (name: string, version: number | string) => `/datasets/${part(name)}/versions/${version}`,
  features: () => '/features',
  feature_view: (name: string) => `/features/views/${part(name)}`,
  feature_service: (name: string) => `/features/services/${part(name)}`,
  experiments: () => '/experiments',
  experiment: (id: string) => `/experiments/${part(id)}`,
  run: (id: string) => `/runs/${part(id)}`,
  compare: (ids: string[]) => `/compare?runs=${ids.map(part).join(',')}`,
  models: () => '/models',
  model: (name: string) => `/models/${part(name)}`,
  model_version: (name: string, version: number | string) => `/models/${part(name)}/versions/${version}`,
  endpoints: () => '/endpoints',
  endpoint: (name: string) => `/endpoints/${part(name)}`,
  predictions: () => '/predictions',
  prediction: (id: string) => `/predictions/${part(id)}`,
  monitors: () => '/monitors',
  monitor: (name: string) => `/monitors/${part(name)}`,
  monitor_result: (name: string, id: number | string) => `/monitors/${part(name)}/results/${id}`,
  pipelines: () => '/pipelines',
  pipeline: (name: string) => `/pipelines/${part(name)}`,
  pipeline_run: (id: number | string) => `/pipeline-runs/${part(String(id))}`,
  rules: () => '/rules',
  rule: (name: string) => `/rules/${part(name)}`,
  events: () => '/events',
  event: (id: number | string) => `/events/${id}`,
  settings: () => '/settings',
};

/** `rides/2` → ['rides', '2'], split at the last slash: names may hold slashes, versions do not. */
function name_and_version(id: string): [string, string] | null {
  const at = id.lastIndexOf('/');
  return at > 0 && /^\d+$/.test(id.slice(at + 1)) ? [id.slice(0, at), id.slice(at + 1)] : null;
}

/** The page of a thing, or null where there is none. */
export function link_of(kind: string, id: string): string | null {
  if (!id) return null;
  const version = name_and_version(id);
  switch (kind) {
    case 'dataset':
    case 'dataset_version':
      return version ? links.dataset_version(...version) : links.dataset(id);
    case 'model':
    case 'model_version':
      return version ? links.model_version(...version) : links.model(id);
    case 'feature_view':
      return links.feature_view(id);
    case 'feature_service':
    case 'service':
      return links.feature_service(id);
    case 'run':
      return links.run(id);
    case 'experiment':
      return links.experiment(id);
    case 'endpoint':
      return links.endpoint(id);
    case 'prediction':
      return links.prediction(id);
    case 'monitor':
      return links.monitor(id);
    case 'pipeline':
      return links.pipeline(id);
    case 'pipeline_run':
      return links.pipeline_run(id);
    case 'rule':
    case 'schedule':
      return links.rule(id);
    case 'event':
      return links.event(id);
    default:
      return null;
  }
}

/** An event's subject, `model/demand/3`, taken apart. */
export function subject_parts(subject: string): { kind: string; id: string } {
  const at = subject.indexOf('/');
  return at < 0 ? { kind: subject, id: '' } : { kind: subject.slice(0, at), id: subject.slice(at + 1) };
}

/** How a thing is called on screen: `demand v3`, `rides v2`, else its name. */
export function label_of(kind: string, id: string): string {
  const version = ['dataset', 'dataset_version', 'model', 'model_version'].includes(kind) ? name_and_version(id) : null;
  if (version) return `${version[0]} v${version[1]}`;
  if (kind === 'pipeline_run') return `run ${id}`;
  return kind === 'run' || kind === 'prediction' ? id.slice(0, 8) : id;
}
