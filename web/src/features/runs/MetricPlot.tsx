import { useMemo } from 'react';

import type { Metric } from '../../api/types';
import { Series, type Line } from '../../ui/Series';
import { align } from './align';

interface MetricPlotProps {
  name: string;
  series: { label: string; points: Metric[] }[];
}

/** One metric over steps, one line a run. */
export function MetricPlot({ name, series }: MetricPlotProps) {
  const { steps, lines } = useMemo(() => {
    const aligned = align(series.map((each) => each.points));
    const drawn: Line[] = series.map((each, index) => ({ label: each.label, values: aligned.values[index] ?? [], color: index }));
    return { steps: aligned.steps, lines: drawn };
  }, [series]);
  return (
    <div>
      <h3>{name}</h3>
      <Series label={`${name} over steps`} x={steps} x_kind="number" x_label="step" lines={lines} height={200} from_zero={false} />
    </div>
  );
}
