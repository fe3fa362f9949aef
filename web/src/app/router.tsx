// Every page and where it is. Each feature is fetched when it is first visited; the overview comes with the shell.
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type AnyRouter,
} from '@tanstack/react-router';

import { parse_search, stringify_search } from '../lib/url_state';
import { Overview } from '../features/overview/Overview';
import { Broken } from './Broken';
import { NotFound } from './NotFound';
import { Shell } from './Shell';

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound, errorComponent: Broken as never });

const lazy_pages = {
  '/datasets': [() => import('../features/datasets/DatasetsPage'), 'DatasetsPage'],
  '/datasets/$name': [() => import('../features/datasets/DatasetPage'), 'DatasetPage'],
  '/datasets/$name/versions/$version': [() => import('../features/datasets/VersionPage'), 'VersionPage'],
  '/features': [() => import('../features/features/FeaturesPage'), 'FeaturesPage'],
  '/features/views/$name': [() => import('../features/features/ViewPage'), 'ViewPage'],
  '/features/services/$name': [() => import('../features/features/ServicePage'), 'ServicePage'],
  '/experiments': [() => import('../features/runs/ExperimentsPage'), 'ExperimentsPage'],
  '/experiments/$id': [() => import('../features/runs/ExperimentPage'), 'ExperimentPage'],
  '/runs/$id': [() => import('../features/runs/RunPage'), 'RunPage'],
  '/compare': [() => import('../features/runs/ComparePage'), 'ComparePage'],
  '/models': [() => import('../features/models/ModelsPage'), 'ModelsPage'],
  '/models/$name': [() => import('../features/models/ModelPage'), 'ModelPage'],
  '/models/$name/versions/$version': [() => import('../features/models/VersionPage'), 'VersionPage'],
  '/endpoints': [() => import('../features/endpoints/EndpointsPage'), 'EndpointsPage'],
  '/endpoints/$name': [() => import('../features/endpoints/EndpointPage'), 'EndpointPage'],
  '/predictions': [() => import('../features/predictions/PredictionsPage'), 'PredictionsPage'],
  '/predictions/$id': [() => import('../features/predictions/PredictionPage'), 'PredictionPage'],
  '/monitors': [() => import('../features/monitors/MonitorsPage'), 'MonitorsPage'],
  '/monitors/$name': [() => import('../features/monitors/MonitorPage'), 'MonitorPage'],
  '/monitors/$name/results/$id': [() => import('../features/monitors/ResultPage'), 'ResultPage'],
  '/pipelines': [() => import('../features/pipelines/PipelinesPage'), 'PipelinesPage'],
  '/pipelines/$name': [() => import('../features/pipelines/PipelinePage'), 'PipelinePage'],
  '/pipeline-runs/$id': [() => import('../features/pipelines/RunPage'), 'RunPage'],
  '/rules': [() => import('../features/rules/RulesPage'), 'RulesPage'],
  '/rules/$name': [() => import('../features/rules/RulePage'), 'RulePage'],
  '/events': [() => import('../features/events/EventsPage'), 'EventsPage'],
  '/events/$id': [() => import('../features/events/EventPage'), 'EventPage'],
  '/settings': [() => import('../features/settings/SettingsPage'), 'SettingsPage'],
} as const;

export function make_router(): AnyRouter {
  const pages = Object.entries(lazy_pages).map(([path, [load, name]]) =>
    createRoute({
      getParentRoute: () => root,
      path,
      component: lazyRouteComponent(load as () => Promise<Record<string, React.ComponentType>>, name),
    }),
  );
  const overview = createRoute({ getParentRoute: () => root, path: '/', component: Overview });
  const options = {
    routeTree: root.addChildren([overview, ...pages] as never) as never,
    parseSearch: parse_search,
    stringifySearch: stringify_search,
    scrollRestoration: true,
    defaultPendingMs: 400,
  };
  return createRouter(options as never) as unknown as AnyRouter;
}
