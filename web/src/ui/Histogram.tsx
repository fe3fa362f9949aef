// Small histograms, our own SVG. Shares, not counts, so that a month can be held against a year.
import { number, share } from '../lib/format';

interface HistogramProps {
  label: string;
  /** Edges of numeric buckets (one more than counts) or the names of categories. */
  edges?: number[];
  values?: string[];
  counts: number[];
  /** Drawn as an outline behind: what the counts are held against. */
  reference?: number[];
  height?: number;
  tone?: 'plain' | 'warning';
}

const width = 320;

const shares = (counts: number[]): number[] => {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => (total > 0 ? count / total : 0));
};

export function Histogram({ label, edges, values, counts, reference, height = 96, tone = 'plain' }: HistogramProps) {
  const current = shares(counts);
  const before = reference ? shares(reference) : [];
  const bars = Math.max(current.length, before.length);
  const most = Math.max(...current, ...before, 0.000001);
  const step = width / Math.max(1, bars);
  const gap = bars > 40 ? 0 : Math.min(3, step * 0.16);
  const y = (value: number) => height - (value / most) * (height - 2);
  const name = (index: number) =>
    edges && edges.length > index + 1 ? `${number(edges[index], 3)} to ${number(edges[index + 1], 3)}` : (values?.[index] ?? '');
  const outline = before.map((value, index) => `${index === 0 ? 'M' : 'L'}${index * step},${y(value)}H${(index + 1) * step}`).join('');
  return (
    <figure className={`histogram ${tone}`}>
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={label} style={{ height }}>
        {current.map((value, index) => (
          <rect key={index} className="bar" x={index * step + gap / 2} y={y(value)} width={Math.max(0.5, step - gap)} height={height - y(value)} />
        ))}
        {before.length > 0 && <path className="reference-fill" d={`${outline}V${height}H0Z`} />}
        {before.length > 0 && <path className="reference" d={outline} vectorEffect="non-scaling-stroke" />}
        {Array.from({ length: bars }, (_, index) => (
          <rect key={index} className="hit" x={index * step} y={0} width={step} height={height}>
            <title>
              {`${name(index)}: ${share(current[index] ?? 0)}${reference ? ` now, ${share(before[index] ?? 0)} in the reference` : ` (${counts[index]})`}`}
            </title>
          </rect>
        ))}
      </svg>
      <figcaption>
        {edges && edges.length > 0 ? (
          <>
            <span>{number(edges[0], 3)}</span>
            <span>{number(edges.at(-1), 3)}</span>
          </>
        ) : (
          <>
            <span>{values?.[0]}</span>
            <span>{values && values.length > 1 ? values.at(-1) : ''}</span>
          </>
        )}
      </figcaption>
    </figure>
  );
}
