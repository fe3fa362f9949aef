import 'uplot/dist/uPlot.min.css';

import { useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useMemo, useRef } from 'react';
import uPlot from 'uplot';

import { number } from '../lib/format';
import { local_time } from '../lib/time';
import { axis_labels } from '../lib/time_axis';
import type { Line, SeriesProps } from './Series';

const style = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function color_of(line: Line): string {
  if (typeof line.color === 'number') return style(`--series-${line.color % 6}`);
  return style({ accent: '--accent', ink: '--ink', quiet: '--ink-3', alert: '--alert' }[line.color ?? 'accent']);
}

/** Dotted verticals with a word on top, drawn under the lines. */
function marks_plugin(marks: NonNullable<SeriesProps['marks']>, scale: number): uPlot.Plugin {
  return {
    hooks: {
      drawClear: (plot) => {
        const { ctx, bbox } = plot;
        ctx.save();
        ctx.strokeStyle = style('--line-2');
        ctx.fillStyle = style('--ink-3');
        ctx.font = `${11 * devicePixelRatio}px ${style('--font')}`;
        ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
        ctx.lineWidth = devicePixelRatio;
        for (const mark of marks) {
          const x = Math.round(plot.valToPos(mark.x * scale, 'x', true));
          if (x < bbox.left || x > bbox.left + bbox.width) continue;
          ctx.beginPath();
          ctx.moveTo(x, bbox.top);
          ctx.lineTo(x, bbox.top + bbox.height);
          ctx.stroke();
          const wide = ctx.measureText(mark.label).width;
          const fits = x + 6 + wide < bbox.left + bbox.width;
          ctx.fillText(mark.label, fits ? x + 5 * devicePixelRatio : x - wide - 5 * devicePixelRatio, bbox.top + 11 * devicePixelRatio);
        }
        ctx.restore();
      },
    },
  };
}

const time_labels: uPlot.Axis.Values = (_, splits, __, ___, step_s) => axis_labels(splits, step_s);

/** The legend tells the newest values unless the pointer asks for others. */
const newest_in_legend: uPlot.Plugin = {
  hooks: {
    setCursor: (plot) => {
      if (plot.cursor.idx === null) plot.setLegend({ idx: plot.data[0].length - 1 });
    },
    setData: (plot) => {
      if (plot.cursor.idx === null || plot.cursor.idx === undefined) plot.setLegend({ idx: plot.data[0].length - 1 });
    },
    ready: (plot) => plot.setLegend({ idx: plot.data[0].length - 1 }),
  },
};

function options_of(props: SeriesProps, width: number): uPlot.Options {
  const { x_kind = 'time', lines, height = 220, marks = [], from_zero = true, log = false } = props;
  const is_time = x_kind === 'time';
  const grid: uPlot.Axis.Grid = { stroke: style('--line'), width: 1 };
  const axis = { stroke: style('--ink-3'), font: `12px ${style('--font')}`, ticks: { show: false }, grid };
  const show = (line: Line) => (_: uPlot, value: number | null) =>
    value === null || value === undefined ? '–' : (line.format ?? number)(value);
  const numbers: uPlot.Axis.Values = (_, splits) => splits.map((value) => (value === null ? '' : number(value, 3)));
  const right = lines.some((line) => line.right);
  const range: uPlot.Range.Function = (_, low, high) => {
    if (!Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
    const span = high - low || Math.abs(high) || 1;
    return [from_zero && low >= 0 ? 0 : low - span * 0.08, high + span * 0.1];
  };
  return {
    width,
    height,
    padding: [16, right ? 0 : 20, 0, 0],
    cursor: { drag: { x: true, y: false }, points: { size: 7 } },
    legend: { live: true },
    scales: {
      x: { time: is_time },
      y: log ? { distr: 3 } : { range },
      right: { range },
    },
    axes: [
      is_time ? { ...axis, grid: { show: false }, space: 72, values: time_labels } : { ...axis, grid: { show: false }, values: numbers, label: props.x_label, labelSize: props.x_label ? 20 : 0, labelFont: `12px ${style('--font')}` },
      { ...axis, values: numbers, size: 56, space: 36 },
      ...(right ? [{ ...axis, scale: 'right', side: 1 as const, grid: { show: false }, values: numbers, size: 48, space: 36 }] : []),
    ],
    series: [
      {
        label: is_time ? 'time' : (props.x_label ?? 'step'),
        value: (_, value) => (value === null ? '–' : is_time ? local_time(value * 1000, true) : number(value)),
      },
      ...lines.map((line): uPlot.Series => ({
        label: line.label,
        scale: line.right ? 'right' : 'y',
        stroke: color_of(line),
        width: line.width ?? 1.75,
        dash: line.dashed ? [5, 4] : undefined,
        spanGaps: !line.gaps,
        points: line.points ? { show: true, size: 6, fill: style('--surface') } : { show: props.x.length < 2 || line.gaps === true ? undefined : false },
        value: show(line),
      })),
    ],
    plugins: [newest_in_legend, ...(marks.length > 0 ? [marks_plugin(marks, is_time ? 1e-3 : 1)] : [])],
  };
}

export default function SeriesCanvas(props: SeriesProps) {
  const { ref, width } = useElementSize();
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const scheme = useComputedColorScheme('light');
  const { x, lines, x_kind = 'time', height = 220 } = props;

  const data = useMemo<uPlot.AlignedData>(
    () => [x_kind === 'time' ? x.map((ms) => ms / 1000) : x, ...lines.map((line) => line.values)],
    [x, lines, x_kind],
  );
  // A new plot only when its shape changes; new points move the lines of the one that is there.
  const shape = JSON.stringify([scheme, x_kind, props.marks, props.log, height, lines.map((line) => [line.label, line.color, line.dashed, line.right])]);
  const wide = width > 0;
  useEffect(() => {
    if (!holder.current || !wide) return;
    const made = new uPlot(options_of(props, width), data, holder.current);
    plot.current = made;
    return () => {
      made.destroy();
      plot.current = null;
    };
    // `shape` stands for everything of props that the plot is made from.
  }, [shape, wide]);
  useEffect(() => plot.current?.setData(data), [data]);
  useEffect(() => plot.current?.setSize({ width, height }), [width, height]);

  return (
    <figure className="series" ref={ref} aria-label={props.label}>
      {props.unit && <figcaption className="series-unit">{props.unit}</figcaption>}
      <div ref={holder} style={{ minHeight: height + 34 }} />
    </figure>
  );
}
