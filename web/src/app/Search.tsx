// One box for every noun. It asks the same lists the pages ask (and so finds them in the cache), and only once
// somebody looks into it.
import { useRouter } from '@tanstack/react-router';
import { forwardRef, useMemo, useState, type KeyboardEvent } from 'react';

import { useApi } from '../api/query';
import { links } from '../lib/links';
import { A } from '../ui/A';
import { all_rooms } from './navigation';
import { rank, type Found } from './rank';

function useNouns(enabled: boolean): Found[] {
  const datasets = useApi('/api/v1/datasets', {}, { enabled }).data;
  const features = useApi('/api/v1/features', {}, { enabled }).data;
  const experiments = useApi('/ajax-api/2.0/mlflow/experiments/search', {}, { enabled, query: { max_results: 200 } }).data;
  const models = useApi('/ajax-api/2.0/mlflow/registered-models/search', {}, { enabled, query: { max_results: 200 } }).data;
  const endpoints = useApi('/api/v1/endpoints', {}, { enabled }).data;
  const monitors = useApi('/api/v1/monitors', {}, { enabled }).data;
  const pipelines = useApi('/api/v1/pipelines', {}, { enabled }).data;
  const rules = useApi('/api/v1/rules', {}, { enabled }).data;
  return useMemo(() => {
    const of = (kind: string, names: string[] | undefined, to: (name: string) => string): Found[] =>
      (names ?? []).map((name) => ({ label: name, kind, to: to(name) }));
    const names = (list: { name: string }[] | undefined) => list?.map((each) => each.name);
    return [
      ...all_rooms.map((room) => ({ label: room.label, kind: 'page', to: room.to })),
      ...of('data set', names(datasets?.datasets), links.dataset),
      ...of('feature view', names(features?.views), links.feature_view),
      ...of('feature service', names(features?.services), links.feature_service),
      ...(experiments?.experiments ?? []).map((each) => ({
        label: each.name,
        kind: 'experiment',
        to: links.experiment(each.experiment_id),
      })),
      ...of('model', names(models?.registered_models), links.model),
      ...of('endpoint', names(endpoints?.endpoints), links.endpoint),
      ...of('monitor', names(monitors?.monitors), links.monitor),
      ...of('pipeline', names(pipelines?.pipelines), links.pipeline),
      ...of('rule', names(rules?.rules), links.rule),
    ];
  }, [datasets, features, experiments, models, endpoints, monitors, pipelines, rules]);
}

export const Search = forwardRef<HTMLInputElement>(function Search(_, ref) {
  const router = useRouter();
  const [words, set_words] = useState('');
  const [open, set_open] = useState(false);
  const [chosen, set_chosen] = useState(0);
  const [touched, set_touched] = useState(false);
  const nouns = useNouns(touched);
  const found = useMemo(() => rank(nouns, words), [nouns, words]);

  const leave = () => {
    set_open(false);
    set_words('');
    set_chosen(0);
  };
  const press = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'ArrowDown') set_chosen((at) => Math.min(at + 1, found.length - 1));
    else if (event.key === 'ArrowUp') set_chosen((at) => Math.max(at - 1, 0));
    else if (event.key === 'Enter' && found[chosen]) {
      router.history.push(found[chosen].to);
      leave();
      event.currentTarget.blur();
    } else if (event.key === 'Escape') {
      leave();
      event.currentTarget.blur();
    } else return;
    event.preventDefault();
  };
  return (
    <div className="search" role="search">
      <svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
        <circle cx="7" cy="7" r="4.5" />
        <path d="M10.5 10.5 14 14" />
      </svg>
      <input
        ref={ref}
        type="text"
        placeholder="Search"
        aria-label="Search everything"
        role="combobox"
        aria-expanded={open}
        aria-controls="search-results"
        aria-activedescendant={open && found[chosen] ? `found-${chosen}` : undefined}
        autoComplete="off"
        spellCheck={false}
        value={words}
        onChange={(event) => {
          set_words(event.target.value);
          set_chosen(0);
          set_open(true);
        }}
        onFocus={() => {
          set_touched(true);
          set_open(true);
        }}
        onBlur={() => setTimeout(() => set_open(false), 120)}
        onKeyDown={press}
      />
      <kbd aria-hidden="true">/</kbd>
      {open && (
        <div className="search-results" id="search-results" role="listbox" aria-label="Found">
          {found.map((each, index) => (
            <A
              key={`${each.kind} ${each.to}`}
              id={`found-${index}`}
              to={each.to}
              role="option"
              tabIndex={-1}
              aria-selected={index === chosen}
              onMouseEnter={() => set_chosen(index)}
              onClick={leave}
            >
              <span className="cut">{each.label}</span>
              <span>{each.kind}</span>
            </A>
          ))}
          {found.length === 0 && <p>Nothing is called “{words}”.</p>}
        </div>
      )}
    </div>
  );
});
