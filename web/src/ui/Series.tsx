// Time series on a canvas (uPlot), in the theme's colours. Fetched only by pages that draw one.
import { Suspense, lazy } from 'react';

export interface Line {
  label: string;
  values: (number | null)[];
  /** Which of the palette's lines this is. */
  color?: 'accent' | 'ink' | 'quiet' | 'alert' | number;
  dashed?: boolean;
  points?: boolean;
  width?: number;
  format?: (value: number) => string;
  /** Where a value is missing the line stops, instead of going on to the next. */
  gaps?: boolean;
  /** On the axis at the right-hand side. */
  right?: boolean;
}

export interface SeriesProps {
  label: string;
  x: number[];
  /** What x is: milliseconds since 1970, or plain numbers such as steps. */
  x_kind?: 'time' | 'number';
  x_label?: string;
  lines: Line[];
  unit?: string;
  height?: number;
  /** Vertical marks: something happened here. */
  marks?: { x: number; label: string }[];
  from_zero?: boolean;
  log?: boolean;
}

const Canvas = lazy(() => import('./SeriesCanvas'));

export function Series(props: SeriesProps) {
  const height = props.height ?? 220;
  if (props.x.length === 0) return <div className="series-empty" style={{ height: 64 }}>No points yet</div>;
  return (
    <Suspense fallback={<div className="waiting-plot" style={{ height: height + 34 }} />}>
      <Canvas {...props} height={height} />
    </Suspense>
  );
}
