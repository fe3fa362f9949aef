import { Button, TextInput } from '@mantine/core';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';

import { useApi } from '../../api/query';
import { commands } from '../../lib/commands';
import { links } from '../../lib/links';
import { A } from '../../ui/A';
import { History } from '../../ui/History';
import { Page, Section } from '../../ui/Page';
import { Newest } from '../../ui/Predictions';

export function PredictionsPage() {
  const router = useRouter();
  const endpoints = useApi('/api/v1/endpoints');
  const [id, set_id] = useState('');
  return (
    <Page
      title="Predictions"
      what="Any answer that was given, by its request id: which version gave it, what it was asked, and which data taught that version."
      command={commands.get('/api/v1/predictions/REQUEST_ID')}
    >
      <form
        className="filters"
        onSubmit={(event) => {
          event.preventDefault();
          if (id.trim()) router.history.push(links.prediction(id.trim()));
        }}
      >
        <TextInput className="grow" label="Request id" value={id} onChange={(event) => set_id(event.currentTarget.value)} spellCheck={false} styles={{ input: { fontFamily: 'var(--mono)' } }} />
        <Button type="submit" disabled={!id.trim()}>
          Find
        </Button>
      </form>
      <Section title="Where ids come from">
        <p className="page-what">
          Every inference answer carries its <code>id</code>, yours if you sent one. Endpoints keep what they answered:{' '}
          {(endpoints.data?.endpoints ?? []).map((each, index) => (
            <span key={each.name}>
              {index > 0 && ', '}
              <A to={links.endpoint(each.name)}>{each.name}</A>
            </span>
          ))}
          {endpoints.data?.endpoints.length === 0 && 'there is none yet.'}
        </p>
      </Section>
      {(endpoints.data?.endpoints ?? []).slice(0, 3).map((each) => (
        <Newest key={each.name} endpoint={each.name} title={`Newest of ${each.name}`} />
      ))}
      <History title="Truths that arrived" type="prediction.truth" />
    </Page>
  );
}
