// Numbers as people read them: grouped, rounded to what matters, with units. No value is "–", never "NaN".

export const nothing = '–';

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

const is_number = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

/** 17379 → 17,379 */
export function count(value: number | null | undefined): string {
  return is_number(value) ? grouped.format(value) : nothing;
}

/** Four significant digits, as many as a comparison needs: 61.23, 0.004512, 1,234, 1.2e-9. */
export function number(value: number | string | null | undefined, digits = 4): string {
  if (typeof value === 'string') return value === '' || value === 'NaN' ? nothing : value;
  if (value === Infinity) return '∞';
  if (value === -Infinity) return '−∞';
  if (!is_number(value)) return nothing;
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e15 || size < 1e-5) return value.toExponential(Math.max(0, digits - 2));
  if (Number.isInteger(value)) return grouped.format(value);
  const decimals = Math.max(0, Math.min(8, digits - 1 - Math.floor(Math.log10(size))));
  return value.toLocaleString('en-US', { maximumFractionDigits: decimals, minimumFractionDigits: 0 });
}

/** Always the same number of decimals, for columns that align on the point. */
export function fixed(value: number | null | undefined, decimals: number): string {
  if (!is_number(value)) return nothing;
  return value.toLocaleString('en-US', { maximumFractionDigits: decimals, minimumFractionDigits: decimals });
}

/** One format for a column of numbers, so that their points stand under each other: enough decimals for the median. */
export function aligned(values: (number | null | undefined)[]): (value: number | null | undefined) => string {
  const sizes = values.filter(is_number).map(Math.abs).filter((size) => size > 0).sort((a, b) => a - b);
  const middle = sizes[sizes.length >> 1];
  if (middle === undefined || values.every((value) => !is_number(value) || Number.isInteger(value))) return (value) => number(value);
  const decimals = Math.max(0, Math.min(6, 3 - Math.floor(Math.log10(middle))));
  const is_extreme = (value: number) => value !== 0 && (Math.abs(value) < 10 ** -decimals / 2 || Math.abs(value) >= 1e12);
  return (value) => (is_number(value) && is_extreme(value) ? number(value, 3) : fixed(value, decimals));
}

/** 0.4267 → 43 % (a thin space before the sign), small shares with a decimal. */
export function share(value: number | null | undefined): string {
  if (!is_number(value)) return nothing;
  const percent = value * 100;
  const decimals = percent !== 0 && Math.abs(percent) < 10 && !Number.isInteger(percent) ? 1 : 0;
  return `${fixed(percent, decimals)} %`;
}

export function bytes(value: number | null | undefined): string {
  if (!is_number(value)) return nothing;
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let size = value;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${size >= 100 || unit === 0 ? fixed(size, 0) : fixed(size, 1)} ${units[unit]}`;
}

/** How long something took or lasts: 0.42 ms, 85 ms, 3.2 s, 4 min 10 s, 3 h, 14 d. */
export function duration(ms: number | null | undefined): string {
  if (!is_number(ms)) return nothing;
  if (ms < 0) return `−${duration(-ms)}`;
  if (ms < 10) return `${number(ms, 2)} ms`;
  if (ms < 1000) return `${fixed(ms, 0)} ms`;
  if (ms < 60_000) return `${fixed(ms / 1000, ms < 10_000 ? 1 : 0)} s`;
  const parts: [number, string][] = [
    [86_400_000, 'd'],
    [3_600_000, 'h'],
    [60_000, 'min'],
    [1000, 's'],
  ];
  const first = parts.findIndex(([size]) => ms >= size);
  const [size, unit] = parts[first]!;
  const whole = Math.floor(ms / size);
  const next = parts[first + 1];
  const rest = next ? Math.floor((ms - whole * size) / next[0]) : 0;
  return rest > 0 && whole < 10 ? `${whole} ${unit} ${rest} ${next![1]}` : `${whole} ${unit}`;
}

/** One word or its plural: plural(1, 'row') → 1 row; plural(2879, 'row') → 2,879 rows. */
export function plural(value: number | null | undefined, word: string, words = `${word}s`): string {
  return `${count(value)} ${value === 1 ? word : words}`;
}

/** The first characters of a hash or id: enough to tell apart, the whole on hover. */
export function short_id(id: string, length = 8): string {
  const bare = id.replace(/^[a-z0-9]+:/, '');
  return bare.length <= length + 2 ? bare : bare.slice(0, length);
}

/** Any JSON value on one line. */
export function value_text(value: unknown): string {
  if (value === null || value === undefined) return nothing;
  if (typeof value === 'number') return number(value);
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  return JSON.stringify(value);
}
