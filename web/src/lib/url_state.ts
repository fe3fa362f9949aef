// What the reader is looking at lives in the URL: filters, sorting, chosen columns, tabs. Values at their default
// are left out, so a plain page has a plain URL; a URL typed by hand with nonsense falls back to the defaults.

export interface Codec<T> {
  decode(text: string): T | undefined;
  encode(value: T): string;
}

export const text: Codec<string> = { decode: (value) => value, encode: (value) => value };

export const integer: Codec<number> = {
  decode: (value) => (/^-?\d+$/.test(value) ? Number(value) : undefined),
  encode: String,
};

export const flag: Codec<boolean> = {
  decode: (value) => (value === '1' ? true : value === '0' ? false : undefined),
  encode: (value) => (value ? '1' : '0'),
};

export function one_of<const T extends string>(values: readonly T[]): Codec<T> {
  return {
    decode: (value) => values.find((each) => each === value),
    encode: (value) => value,
  };
}

function split_list(value: string): string[] {
  const entries = [''];
  for (let at = 0; at < value.length; at += 1) {
    const letter = value[at]!;
    if (letter === ',') entries.push('');
    else entries[entries.length - 1] += letter === '\\' ? (value[++at] ?? '') : letter;
  }
  return entries;
}

/** Comma-separated; commas and backslashes inside an entry are escaped with a backslash. */
export const list: Codec<string[]> = {
  decode: (value) => (value === '' ? [] : split_list(value)),
  encode: (value) => value.map((each) => each.replace(/[\\,]/g, '\\$&')).join(','),
};

export interface Sorting {
  by: string;
  descending: boolean;
}

/** `-rmse` sorts by rmse, largest first. */
export const sorting: Codec<Sorting | null> = {
  decode: (value) =>
    value === '' ? null : value.startsWith('-') ? { by: value.slice(1), descending: true } : { by: value, descending: false },
  encode: (value) => (value === null ? '' : `${value.descending ? '-' : ''}${value.by}`),
};

export interface Field<T> {
  codec: Codec<T>;
  fallback: T;
}

export type Fields = Record<string, Field<any>>;
export type Values<F extends Fields> = { [K in keyof F]: F[K]['fallback'] };

export const field = <T>(codec: Codec<T>, fallback: T): Field<T> => ({ codec, fallback });

export type Search = Record<string, string>;

export function decode<F extends Fields>(fields: F, search: Search): Values<F> {
  const values: Record<string, unknown> = {};
  for (const [name, { codec, fallback }] of Object.entries(fields)) {
    const given = search[name];
    values[name] = given === undefined ? fallback : (codec.decode(given) ?? fallback);
  }
  return values as Values<F>;
}

/** The search with these fields changed; fields at their default disappear, others stay as they are. */
export function encode<F extends Fields>(fields: F, search: Search, change: Partial<Values<F>>): Search {
  const next = { ...search };
  for (const [name, value] of Object.entries(change)) {
    const known = fields[name];
    if (!known) continue;
    const encoded = known.codec.encode(value);
    if (value === undefined || encoded === known.codec.encode(known.fallback)) delete next[name];
    else next[name] = encoded;
  }
  return next;
}

/** For the router: plain `a=b` pairs both ways, no JSON in the address bar. */
export const parse_search = (search: string): Search => Object.fromEntries(new URLSearchParams(search));

export function stringify_search(search: Record<string, unknown>): string {
  const pairs = Object.entries(search).filter(([, value]) => value !== undefined && value !== null && value !== '');
  const encoded = new URLSearchParams(pairs.map(([key, value]) => [key, String(value)])).toString();
  return encoded ? `?${encoded.replace(/%2C/g, ',').replace(/%2F/g, '/')}` : '';
}
