import { useMemo } from 'react';

import { useApi } from '../api/query';
import type { Json, PredictionSummary } from '../api/types';
import { aligned, value_text } from '../lib/format';
import { links } from '../lib/links';
import { A } from './A';
import { Answer } from './Answer';
import { DataTable, type Column } from './DataTable';
import { Section } from './Page';
import { Time } from './Time';

const shown = 12;
const number_in = (value: Json): number | null => (typeof value === 'number' ? value : null);

function columns_for(predictions: PredictionSummary[]): Column<PredictionSummary>[] {
  const show = aligned(predictions.flatMap((each) => [number_in(each.output), number_in(each.truth)]));
  const text = (value: Json) => (number_in(value) === null ? value_text(value) : show(number_in(value)));
  return [
    { id: 'id', header: 'Request', cell: ({ row }) => <A to={links.prediction(row.original.request_id)}>{row.original.request_id}</A>, meta: { mono: true } },
    { id: 'version', header: 'Version', cell: ({ row }) => <A to={links.model_version(row.original.model, row.original.version)}>v{row.original.version}</A>, meta: { width: 88, align: 'right' } },
    { id: 'output', header: 'Predicted', cell: ({ row }) => text(row.original.output), meta: { width: 112, align: 'right' } },
    { id: 'truth', header: 'Truth', cell: ({ row }) => text(row.original.truth), meta: { width: 112, align: 'right' } },
    { id: 'at', header: 'Of', cell: ({ row }) => <Time ms={row.original.event_ms} />, meta: { width: 160, align: 'right' } },
  ];
}

/** The newest answers an endpoint gave and kept. */
export function Newest({ endpoint, title = 'Newest predictions' }: { endpoint: string; title?: string }) {
  const newest = useApi('/api/v1/endpoints/{name}/predictions', { name: endpoint }, { query: { limit: shown } });
  const columns = useMemo(() => columns_for(newest.data?.predictions ?? []), [newest.data]);
  return (
    <Section title={title}>
      <Answer of={newest} lines={4} missing={<p className="quiet">None is kept.</p>}>
        {({ predictions }) =>
          predictions.length > 0 ? (
            <DataTable label="Newest predictions" rows={predictions} columns={columns} row_id={(each) => each.request_id} min_width={560} />
          ) : (
            <p className="quiet">It has kept none yet. Each answer that is kept will be here, and its truth once that is reported.</p>
          )
        }
      </Answer>
    </Section>
  );
}
