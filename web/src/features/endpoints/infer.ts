// From what somebody typed to a request of the V2 inference protocol.
import type { TensorSpec } from '../../api/types';

export interface InferInput {
  name: string;
  datatype: string;
  shape: number[];
  data: (number | string | boolean)[];
}

const is_text = (datatype: string) => datatype === 'BYTES' || datatype === 'STRING';

/** Values one row of this tensor holds: [-1] → 1, [-1, 12] → 12. */
export function row_width(spec: TensorSpec): number {
  return spec.shape.slice(1).reduce((product, size) => product * (size < 0 ? 1 : size), 1);
}

function value_of(datatype: string, typed: string): number | string | boolean {
  const word = typed.trim();
  if (is_text(datatype)) return word;
  if (datatype === 'BOOL') return word === 'true' || word === '1';
  const value = Number(word);
  if (word === '' || !Number.isFinite(value)) throw new Error(`expected a number, got “${word}”`);
  if (/^U?INT/.test(datatype) && !Number.isInteger(value)) throw new Error(`expected a whole number, got “${word}”`);
  return value;
}

/** One row. Throws naming the tensor and what was wrong with it. */
export function infer_body(inputs: TensorSpec[], typed: Record<string, string>): { inputs: InferInput[] } {
  return {
    inputs: inputs.map((spec) => {
      const width = row_width(spec);
      const text = typed[spec.name] ?? '';
      const words = width === 1 ? [text] : text.split(/[\s,]+/).filter(Boolean);
      if (words.length !== width) throw new Error(`${spec.name}: expected ${width} values, got ${words.length}`);
      const shape = spec.shape.map((size, axis) => (axis === 0 || size < 0 ? 1 : size));
      try {
        return { name: spec.name, datatype: spec.datatype, shape, data: words.map((word) => value_of(spec.datatype, word)) };
      } catch (problem) {
        throw new Error(`${spec.name}: ${(problem as Error).message}`);
      }
    }),
  };
}

/** Something valid to start from. */
export function first_values(inputs: TensorSpec[]): Record<string, string> {
  const one = (datatype: string) => (is_text(datatype) ? 'text' : datatype === 'BOOL' ? 'false' : '0');
  return Object.fromEntries(inputs.map((spec) => [spec.name, Array(row_width(spec)).fill(one(spec.datatype)).join(', ')]));
}
