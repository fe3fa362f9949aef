import { Button, TextInput } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';

import { useApi, useSend } from '../../api/query';
import type { FeaturesResponse, OnlineFeaturesResponse } from '../../api/types';
import { commands } from '../../lib/commands';
import { plural, value_text } from '../../lib/format';
import { links } from '../../lib/links';
import { A } from '../../ui/A';
import { Answer, Trouble } from '../../ui/Answer';
import { DataTable, type Column } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { Facts, Page, Section } from '../../ui/Page';
import { Time } from '../../ui/Time';

export function ServicePage() {
  const { name } = useParams({ strict: false }) as { name: string };
  const features = useApi('/api/v1/features');
  return (
    <Page
      title={name}
      trail={[['Features', links.features()]]}
      what="The features one model asks for, by name and in order."
      command={commands.read_features(name, 'KEY')}
    >
      <Answer of={features}>{(answer) => <Loaded name={name} all={answer} />}</Answer>
    </Page>
  );
}

function Loaded({ name, all }: { name: string; all: FeaturesResponse }) {
  const endpoints = useApi('/api/v1/endpoints');
  const service = all.services.find((each) => each.name === name);
  if (!service) return <Empty title={`There is no feature service ${name}`} command={commands.features()} />;
  const users = (endpoints.data?.endpoints ?? []).filter((each) => each.features === name);
  const views = all.views.filter((view) => service.views.includes(view.name));
  const keys = all.entities.filter((entity) => views.some((view) => view.entity === entity.name)).flatMap((entity) => entity.keys);
  return (
    <>
      <Facts
        facts={[
          ['Features', plural(service.features.length, 'feature')],
          ['Views', <span className="tags">{service.views.map((each) => <A key={each} to={links.feature_view(each)}>{each}</A>)}</span>],
          ['Used by', users.length > 0 && <span className="tags">{users.map((each) => <A key={each.name} to={links.endpoint(each.name)}>{each.name}</A>)}</span>],
        ]}
      />
      <Section title="Ask it" note="the values a model would be given now">
        <Ask service={name} keys={[...new Set(keys)]} />
      </Section>
    </>
  );
}

/** Online values of one entity. */
function Ask({ service, keys }: { service: string; keys: string[] }) {
  const [entity, set_entity] = useState<Record<string, string>>({});
  const ask = useSend('POST /api/v1/features/online');
  const is_complete = keys.every((key) => entity[key]);
  return (
    <>
      <form
        className="filters"
        onSubmit={(event) => {
          event.preventDefault();
          ask.mutate({ params: {}, body: { service, entities: [entity] } });
        }}
      >
        {keys.map((key) => (
          <TextInput key={key} label={key} value={entity[key] ?? ''} onChange={(event) => set_entity({ ...entity, [key]: event.currentTarget.value })} />
        ))}
        <Button type="submit" disabled={!is_complete} loading={ask.isPending}>
          Read
        </Button>
      </form>
      {ask.error && <Trouble error={ask.error} />}
      {ask.data && <Values answer={ask.data} />}
    </>
  );
}

interface Value {
  name: string;
  value: unknown;
  event_ms: number | null;
}

const columns: Column<Value>[] = [
  { id: 'name', header: 'Feature', cell: ({ row }) => row.original.name, meta: { width: 200 } },
  { id: 'value', header: 'Value', cell: ({ row }) => value_text(row.original.value), meta: { width: 160, align: 'right' } },
  { id: 'at', header: 'Of', cell: ({ row }) => <Time ms={row.original.event_ms} />, meta: { align: 'right', width: 168 } },
  { id: 'rest', header: '' },
];

function Values({ answer }: { answer: OnlineFeaturesResponse }) {
  const row = answer.rows[0];
  if (!row) return <p className="quiet">No values.</p>;
  const values = answer.features.map((name, index) => ({ name, value: row.values[index], event_ms: row.event_ms?.[index] || null }));
  return <DataTable label="Values" rows={values} columns={columns} row_id={(each) => each.name} min_width={540} />;
}
