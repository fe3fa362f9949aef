import { useParams } from '@tanstack/react-router';

import { useApi } from '../../api/query';
import type { DatasetVersionResponse } from '../../api/types';
import { commands } from '../../lib/commands';
import { count, plural, short_id } from '../../lib/format';
import { links } from '../../lib/links';
import { Answer } from '../../ui/Answer';
import { Empty } from '../../ui/Empty';
import { Lineage } from '../../ui/Lineage';
import { Noun } from '../../ui/Noun';
import { Facts, Page, Section } from '../../ui/Page';
import { Time } from '../../ui/Time';
import { History } from '../../ui/History';
import { CheckList } from './Checks';
import { ColumnCards } from './ColumnCards';
import { Rows } from './Rows';
import { source_text } from './source';

const parents_of = (parents: DatasetVersionResponse['parents']): string[] =>
  (parents ?? []).map((each) => (typeof each === 'string' ? each : `${each.dataset}/${each.version}`));

export function VersionPage() {
  const { name, version } = useParams({ strict: false }) as { name: string; version: string };
  const answer = useApi('/api/v1/datasets/{name}/versions/{version}', { name, version });
  const title = `${name} v${version}`;
  const trail: [string, string][] = [
    ['Data sets', links.datasets()],
    [name, links.dataset(name)],
  ];
  return (
    <Page
      title={title}
      trail={trail}
      command={[commands.dataset(name), commands.get(`/api/v1/datasets/${encodeURIComponent(name)}/versions/${version}`)]}
    >
      <Answer of={answer} lines={8} missing={<Empty title={`${name} has no version ${version}`} command={commands.dataset(name)} />}>
        {(data) => (
          <>
            <Facts
              facts={[
                ['Rows', count(data.rows)],
                ['Columns', count(data.schema.length)],
                ['Source', source_text(data.source)],
                ['Content', <code title={data.content_hash}>{short_id(data.content_hash, 12)}</code>],
                ['Made from', (data.parents ?? []).length > 0 && <span className="tags">{parents_of(data.parents).map((id) => <Noun key={id} kind="dataset_version" id={id} />)}</span>],
                ['Created', <Time ms={data.created_ms} />],
                ['By', data.created_by],
              ]}
            />
            <Section title="Checks" note={plural(data.checks.length, 'expectation')}>
              {data.checks.length > 0 ? (
                <CheckList checks={data.checks} />
              ) : (
                <p className="hint">
                  Nothing is expected of this data yet. Write expectations in maru.yaml, as <code>temp between 0 and 1</code>, and apply.
                </p>
              )}
            </Section>
            <Section title="Columns" note={plural(data.schema.length, 'column')}>
              <ColumnCards schema={data.schema} profile={data.profile} />
            </Section>
            <Rows name={name} version={version} total={data.rows} />
          </>
        )}
      </Answer>
      <Lineage kind="dataset_version" id={`${name}/${version}`} />
      <History subject={`dataset/${name}/${version}`} />
    </Page>
  );
}
