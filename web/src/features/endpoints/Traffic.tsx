import { useMemo } from 'react';

import { useApi } from '../../api/query';
import { duration, number } from '../../lib/format';
import { Answer } from '../../ui/Answer';
import { Section } from '../../ui/Page';
import { Series, type Line } from '../../ui/Series';
import { filled } from './fill';

/** Rate and latency of the last quarter of an hour; where the version changed is marked. */
export function Traffic({ name, refresh_ms }: { name: string; refresh_ms: number }) {
  const series = useApi('/api/v1/endpoints/{name}/series', { name }, { refresh_ms });
  const drawn = useMemo(() => {
    const { points: sent = [], step_ms = 1000, swaps = [] } = series.data ?? {};
    const points = filled(sent, step_ms);
    const seconds = step_ms / 1000;
    const rate: Line[] = [
      { label: 'requests /s', values: points.map((point) => point.requests / seconds), format: (value) => number(value, 3) },
      { label: 'errors /s', values: points.map((point) => point.errors / seconds), color: 'alert', format: (value) => number(value, 3) },
    ];
    if (points.every((point) => point.errors === 0)) rate.pop();
    const latency: Line[] = [
      { label: 'p50', values: points.map((point) => point.p50_ms), format: duration, gaps: true },
      { label: 'p99', values: points.map((point) => point.p99_ms), color: 'ink', format: duration, gaps: true },
    ];
    const marks = swaps.map((swap) => ({ x: swap.t_ms, label: `v${swap.version}` }));
    return { x: points.map((point) => point.t_ms), rate, latency, marks };
  }, [series.data]);
  return (
    <div className="columns">
      <Section title="Requests" note="per second">
        <Answer of={series} lines={5}>
          {() => <Series label="Requests per second" x={drawn.x} lines={drawn.rate} marks={drawn.marks} height={180} />}
        </Answer>
      </Section>
      <Section title="Latency" note="milliseconds">
        <Answer of={series} lines={5}>
          {() => <Series label="Latency in milliseconds" x={drawn.x} lines={drawn.latency} marks={drawn.marks} height={180} />}
        </Answer>
      </Section>
    </div>
  );
}
