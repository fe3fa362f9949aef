import { useParams } from '@tanstack/react-router';

import { useApi } from '../../api/query';
import type { EndpointResponse, TensorSpec } from '../../api/types';
import { commands } from '../../lib/commands';
import { count, duration, number } from '../../lib/format';
import { links } from '../../lib/links';
import { A } from '../../ui/A';
import { Answer } from '../../ui/Answer';
import { DataTable, type Column } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { History } from '../../ui/History';
import { Lineage } from '../../ui/Lineage';
import { State } from '../../ui/Mark';
import { Facts, Page, Section } from '../../ui/Page';
import { Newest } from '../../ui/Predictions';
import { Time } from '../../ui/Time';
import { infer_body, first_values } from './infer';
import { Traffic } from './Traffic';
import { TryIt } from './TryIt';

// Traffic moves by the second and is not told by events (they come once a minute).
const refresh_ms = 5_000;

export function EndpointPage() {
  const { name } = useParams({ strict: false }) as { name: string };
  const endpoint = useApi('/api/v1/endpoints/{name}', { name }, { refresh_ms });
  const inputs = endpoint.data?.inputs ?? [];
  const version = endpoint.data?.version;
  const body = inputs.length > 0 ? JSON.stringify(infer_body(inputs, first_values(inputs))) : undefined;
  return (
    <Page
      title={name}
      trail={[['Endpoints', links.endpoints()]]}
      state={endpoint.data && <State state={endpoint.data.state} />}
      command={[commands.endpoint(name), ...(body ? [commands.post(`/v2/models/${encodeURIComponent(name)}/infer`, body)] : [])]}
    >
      <Answer of={endpoint} missing={<Empty title={`There is no endpoint ${name}`} command={commands.endpoints()} />}>
        {(answer) => <Loaded endpoint={answer} />}
      </Answer>
      <Newest endpoint={name} />
      <Lineage kind="endpoint" id={name} via={version ? { kind: 'model_version', id: `${endpoint.data?.model}/${version}` } : undefined} />
      <History subject={`endpoint/${name}`} />
    </Page>
  );
}

function Loaded({ endpoint }: { endpoint: EndpointResponse }) {
  const { name, model, alias, version, features, inputs = [], outputs = [] } = endpoint;
  return (
    <>
      {endpoint.reason && <p className="trouble">{endpoint.reason}</p>}
      <Facts
        facts={[
          ['Serves', version ? <A to={links.model_version(model, version)}>{model} v{version}</A> : <A to={links.model(model)}>{model}</A>],
          ['Follows', alias ? <A to={links.model(model)}>alias {alias}</A> : 'a fixed version'],
          ['Features', features && <A to={links.feature_service(features)}>{features}</A>],
          ['Watched by', <Watchers endpoint={name} />],
          ['Runtime', endpoint.flavor],
          ['Requests', count(endpoint.requests)],
          ['Errors', count(endpoint.errors)],
          ['Rate', `${number(endpoint.rate_per_s, 3)} /s`],
          ['p50', duration(endpoint.p50_ms || null)],
          ['p99', duration(endpoint.p99_ms || null)],
          ['Swaps', count(endpoint.swaps)],
          ['Loaded', <Time ms={endpoint.loaded_ms} relative />],
        ]}
      />
      <Traffic name={name} refresh_ms={refresh_ms} />
      {inputs.length > 0 && (
        <Section title="Try it" note="sends one V2 inference request to this endpoint">
          <TryIt name={name} inputs={inputs} is_kept={endpoint.log_sample !== 0} />
        </Section>
      )}
      {inputs.length > 0 && (
        <div className="columns">
          <Section title="Takes">
            <Tensors label="Inputs" tensors={inputs} />
          </Section>
          <Section title="Gives">
            <Tensors label="Outputs" tensors={outputs} />
          </Section>
        </div>
      )}
    </>
  );
}

const tensor_columns: Column<TensorSpec>[] = [
  { id: 'name', header: 'Tensor', cell: ({ row }) => row.original.name },
  { id: 'datatype', header: 'Type', cell: ({ row }) => row.original.datatype, meta: { width: 88 } },
  { id: 'shape', header: 'Shape', cell: ({ row }) => `[${row.original.shape.map((each) => (each < 0 ? 'any' : each)).join(', ')}]`, meta: { width: 96, align: 'right' } },
];

function Tensors({ label, tensors }: { label: string; tensors: TensorSpec[] }) {
  return <DataTable label={label} rows={tensors} columns={tensor_columns} row_id={(each) => each.name} />;
}

function Watchers({ endpoint }: { endpoint: string }) {
  const monitors = useApi('/api/v1/monitors');
  const watching = (monitors.data?.monitors ?? []).filter((each) => each.endpoint === endpoint);
  if (watching.length === 0) return <span className="quiet">no monitor</span>;
  return (
    <span className="tags">
      {watching.map((each) => (
        <A key={each.name} to={links.monitor(each.name)}>
          {each.name}
        </A>
      ))}
    </span>
  );
}
