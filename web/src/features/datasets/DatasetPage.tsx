import { useParams } from '@tanstack/react-router';
import { useMemo } from 'react';

import { useApi } from '../../api/query';
import type { DatasetResponse, DatasetVersionSummary } from '../../api/types';
import { commands } from '../../lib/commands';
import { count, short_id } from '../../lib/format';
import { links } from '../../lib/links';
import { A } from '../../ui/A';
import { Answer } from '../../ui/Answer';
import { DataTable, type Column } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { Lineage } from '../../ui/Lineage';
import { Facts, Page, Section } from '../../ui/Page';
import { Series } from '../../ui/Series';
import { Time } from '../../ui/Time';
import { CheckSummary } from './Checks';
import { source_text } from './source';

const trail: [string, string][] = [['Data sets', links.datasets()]];

export function DatasetPage() {
  const { name } = useParams({ strict: false }) as { name: string };
  const dataset = useApi('/api/v1/datasets/{name}', { name });
  return (
    <Answer
      of={dataset}
      missing={
        <Page title={name} trail={trail}>
          <Empty title={`There is no data set ${name}`} command={commands.datasets()} />
        </Page>
      }
    >
      {(answer) => <Loaded dataset={answer} />}
    </Answer>
  );
}

function Loaded({ dataset }: { dataset: DatasetResponse }) {
  const { name, versions } = dataset;
  const newest = versions[0];
  const columns = useMemo<Column<DatasetVersionSummary>[]>(
    () => [
      { header: 'Version', cell: ({ row }) => <A to={links.dataset_version(name, row.original.version)}>v{row.original.version}</A>, meta: { width: 88 } },
      { header: 'Rows', cell: ({ row }) => count(row.original.rows), meta: { align: 'right', width: 96 } },
      { header: 'Checks', cell: ({ row }) => <CheckSummary checks={row.original.checks} />, meta: { width: 120 } },
      { header: 'Source', cell: ({ row }) => <span className="quiet">{source_text(row.original.source)}</span> },
      { header: 'Content', cell: ({ row }) => <span title={row.original.content_hash}>{short_id(row.original.content_hash, 12)}</span>, meta: { width: 128, mono: true } },
      { header: 'Created', cell: ({ row }) => <Time ms={row.original.created_ms} />, meta: { align: 'right', width: 152 } },
    ],
    [name],
  );
  const oldest_first = useMemo(() => [...versions].sort((a, b) => a.created_ms - b.created_ms), [versions]);
  return (
    <Page title={name} trail={trail} what={dataset.description} command={[commands.dataset(name), commands.get(links_api(name))]}>
      <Facts
        facts={[
          ['Newest version', newest && <A to={links.dataset_version(name, newest.version)}>v{newest.version}</A>],
          ['Rows', count(dataset.rows)],
          ['Columns', count(dataset.columns)],
          ['Checks', newest && <CheckSummary checks={newest.checks} />],
          ['Project', dataset.project],
          ['Updated', <Time ms={dataset.updated_ms ?? newest?.created_ms} relative />],
        ]}
      />
      {oldest_first.length > 1 && (
        <Section title="Rows over time">
          <Series
            label="Rows of each version"
            x={oldest_first.map((each) => each.created_ms)}
            lines={[{ label: 'rows', values: oldest_first.map((each) => each.rows), points: true, format: count }]}
            height={160}
          />
        </Section>
      )}
      <Section title="Versions" note="newest first">
        <DataTable label="Versions" rows={versions} columns={columns} row_id={(each) => String(each.version)} min_width={720} />
      </Section>
      {newest && <Lineage kind="dataset_version" id={`${name}/${newest.version}`} title={`Lineage of v${newest.version}`} />}
    </Page>
  );
}

const links_api = (name: string) => `/api/v1/datasets/${encodeURIComponent(name)}`;
