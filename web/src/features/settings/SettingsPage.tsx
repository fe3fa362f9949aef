import { useApi } from '../../api/query';
import type { Setting } from '../../api/types';
import { commands } from '../../lib/commands';
import { bytes, count, duration, value_text } from '../../lib/format';
import { Answer } from '../../ui/Answer';
import { DataTable, type Column } from '../../ui/DataTable';
import { Facts, Page, Section } from '../../ui/Page';
import { Time } from '../../ui/Time';
import { useServerNow } from '../../ui/useServerNow';

const columns: Column<Setting>[] = [
  { id: 'name', header: 'Setting', cell: ({ row }) => <code>{row.original.name}</code>, meta: { width: 240 } },
  { id: 'value', header: 'Value', cell: ({ row }) => <span style={{ fontWeight: row.original.source === 'default' ? 400 : 550 }}>{value_text(row.original.value)}</span>, meta: { width: 168, align: 'right' } },
  { id: 'source', header: 'From', cell: ({ row }) => <span className="quiet">{row.original.source}</span>, meta: { width: 168 } },
  { id: 'help', header: 'What it does', cell: ({ row }) => <span title={row.original.help}>{row.original.help}</span> },
];

export function SettingsPage() {
  const now_ms = useServerNow();
  const status = useApi('/api/v1/status');
  const config = useApi('/api/v1/config');
  return (
    <Page title="Settings" what="What this server runs with, and where each value came from. They are changed in its file, environment or flags." command={commands.config()}>
      <Answer of={status}>
        {(answer) => (
          <Facts
            facts={[
              ['Version', answer.version],
              ['Up', duration(answer.uptime_ms)],
              ['Memory', bytes(answer.rss_bytes)],
              ['HTTP', answer.http],
              ['gRPC', answer.grpc],
              ['Data', <code>{answer.data_dir}</code>],
              ['Projects', answer.projects.map(value_text).join(', ')],
              ['Events', count(answer.counts['events'])],
              ['Its clock', <Time ms={now_ms} seconds />],
            ]}
          />
        )}
      </Answer>
      <Section title="Settings">
        <Answer of={config}>
          {(answer) => <DataTable label="Settings" rows={answer.settings} columns={columns} row_id={(setting) => setting.name} min_width={840} />}
        </Answer>
      </Section>
    </Page>
  );
}
