import { useParams } from '@tanstack/react-router';

import { useApi } from '../../api/query';
import type { Json, PredictionResponse } from '../../api/types';
import { commands } from '../../lib/commands';
import { number, short_id, value_text } from '../../lib/format';
import { links } from '../../lib/links';
import { A } from '../../ui/A';
import { Answer } from '../../ui/Answer';
import { Empty } from '../../ui/Empty';
import { Lineage } from '../../ui/Lineage';
import { Noun } from '../../ui/Noun';
import { Facts, Page, Section } from '../../ui/Page';
import { Time } from '../../ui/Time';

export function PredictionPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const prediction = useApi('/api/v1/predictions/{request_id}', { request_id: id });
  return (
    <Page title={`Prediction ${short_id(id)}`} trail={[['Predictions', links.predictions()]]} command={commands.get(`/api/v1/predictions/${id}`)}>
      <Answer
        of={prediction}
        missing={
          <Empty title="No such prediction is kept">
            The id may be mistyped, the endpoint may keep only a sample of what it answers, or the answer is older than what is kept.
          </Empty>
        }
      >
        {(answer) => <Loaded prediction={answer} id={id} />}
      </Answer>
    </Page>
  );
}

/** A single number is a single number, even when it came as [231.7]. */
function first_number(value: Json | undefined): number | null {
  if (typeof value === 'number') return value;
  if (Array.isArray(value) && value.length === 1) return first_number(value[0]);
  if (value && typeof value === 'object' && !Array.isArray(value)) {
    const all = Object.values(value);
    return all.length === 1 ? first_number(all[0]) : null;
  }
  return null;
}

function Loaded({ prediction, id }: { prediction: PredictionResponse; id: string }) {
  const { endpoint, model, version, inputs, output, truth, trained_on = [], run_id } = prediction;
  const [said, was] = [first_number(output), first_number(truth)];
  return (
    <>
      <p className="page-what">
        <Noun kind="endpoint" id={endpoint} /> answered with <A to={links.model_version(model, version)}>{model} v{version}</A>
        {trained_on.length > 0 && ', which learned from '}
        {trained_on.map((each, index) => (
          <span key={each.dataset}>
            {index > 0 && ' and '}
            <A to={links.dataset_version(each.dataset, each.version)}>
              {each.dataset} v{each.version}
            </A>
          </span>
        ))}
        {run_id && (
          <>
            {' '}
            in run <Noun kind="run" id={run_id} />
          </>
        )}
        .
      </p>
      <div className="facts big">
        <dl>
          <dt>Predicted</dt>
          <dd>{said === null ? value_text(output) : number(said)}</dd>
        </dl>
        <dl>
          <dt>Truth</dt>
          <dd>{truth === null || truth === undefined ? <span className="quiet">not known yet</span> : was === null ? value_text(truth) : number(was)}</dd>
        </dl>
        {said !== null && was !== null && (
          <dl>
            <dt>Off by</dt>
            <dd>{number(said - was)}</dd>
          </dl>
        )}
      </div>
      <Facts
        facts={[
          ['At', <Time ms={prediction.event_ms} seconds />],
          ['Request id', <code>{id}</code>],
        ]}
      />
      <Section title="What it was asked">
        <dl className="values">
          {Object.entries(inputs ?? {}).map(([name, value]) => (
            <div key={name}>
              <dt title={name}>{name}</dt>
              <dd>{first_number(value) === null ? value_text(value) : number(first_number(value))}</dd>
            </div>
          ))}
        </dl>
      </Section>
      <Lineage kind="prediction" id={id} via={{ kind: 'model_version', id: `${model}/${version}` }} />
    </>
  );
}
