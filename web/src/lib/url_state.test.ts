import { describe, expect, it } from 'vitest';

import { decode, encode, field, flag, integer, list, one_of, parse_search, sorting, stringify_search, text } from './url_state';

const fields = {
  filter: field(text, ''),
  sort: field(sorting, null),
  columns: field(list, [] as string[]),
  before: field(integer, 0),
  different: field(flag, false),
  verdict: field(one_of(['all', 'acted']), 'all' as 'all' | 'acted'),
};

describe('what is in the URL', () => {
  it('comes back as it went', () => {
    const values = {
      filter: "metrics.rmse < 70 and params.`team, x` = 'a&b'",
      sort: { by: 'metrics.rmse', descending: true },
      columns: ['metrics.rmse', 'params.with, comma', 'back\\slash\\', ''],
      before: 812,
      different: true,
      verdict: 'acted' as const,
    };
    const search = encode(fields, {}, values);
    expect(decode(fields, parse_search(stringify_search(search)))).toEqual(values);
  });
  it('leaves out what is at its default, and keeps what belongs to others', () => {
    expect(encode(fields, { other: 'x', filter: 'a' }, { filter: '', sort: null, columns: [] })).toEqual({ other: 'x' });
    expect(stringify_search({})).toBe('');
  });
  it('falls back where somebody typed nonsense', () => {
    const values = decode(fields, { before: 'soon', verdict: 'perhaps', different: 'yes' });
    expect(values).toMatchObject({ before: 0, verdict: 'all', different: false });
  });
  it('reads well', () => {
    const search = encode(fields, {}, { sort: { by: 'rows', descending: true }, columns: ['a', 'b'] });
    expect(stringify_search(search)).toBe('?sort=-rows&columns=a,b');
  });
});

it('keeps an empty list and a list of one empty name apart', () => {
  expect(list.decode(list.encode([]))).toEqual([]);
  expect(list.decode('a,')).toEqual(['a', '']);
});
