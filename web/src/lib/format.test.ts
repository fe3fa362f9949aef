import { describe, expect, it } from 'vitest';

import { aligned, bytes, count, duration, nothing, number, plural, share, short_id, value_text } from './format';

describe('numbers', () => {
  it('keeps what a comparison needs', () => {
    expect(number(61.2345)).toBe('61.23');
    expect(number(0.0045123)).toBe('0.004512');
    expect(number(1234.5)).toBe('1,235');
    expect(number(17379)).toBe('17,379');
    expect(number(3e-9, 3)).toBe('3.0e-9');
    expect(number(-0.5)).toBe('-0.5');
    expect(number(0)).toBe('0');
  });
  it('says nothing for what is not there', () => {
    for (const value of [null, undefined, NaN, 'NaN', '']) expect(number(value)).toBe(nothing);
    expect(count(null)).toBe(nothing);
    expect(share(undefined)).toBe(nothing);
    expect(duration(null)).toBe(nothing);
    expect(number(Infinity)).toBe('∞');
  });
  it('aligns a column on the point', () => {
    const show = aligned([71.66, 61, 8.254, 102.3]);
    expect([71.66, 61, 102.3].map(show)).toEqual(['71.66', '61.00', '102.30']);
    expect(aligned([1, 20, 300])(20)).toBe('20');
    expect(aligned([0.84151, 0.7])(0.7)).toBe('0.7000');
    expect(aligned([])(3.5)).toBe('3.5');
    expect(show(null)).toBe(nothing);
  });
});

describe('units', () => {
  it('shares', () => {
    expect(share(0.4267)).toBe('43 %');
    expect(share(0.0024)).toBe('0.2 %');
    expect(share(0.1)).toBe('10 %');
    expect(share(0)).toBe('0 %');
  });
  it('sizes', () => {
    expect(bytes(612)).toBe('612 B');
    expect(bytes(4113)).toBe('4.0 KiB');
    expect(bytes(71_303_168)).toBe('68.0 MiB');
  });
  it('durations', () => {
    expect(duration(0.42)).toBe('0.42 ms');
    expect(duration(85)).toBe('85 ms');
    expect(duration(3200)).toBe('3.2 s');
    expect(duration(250_000)).toBe('4 min 10 s');
    expect(duration(3_600_000)).toBe('1 h');
    expect(duration(14 * 86_400_000)).toBe('14 d');
    expect(duration(-85)).toBe('−85 ms');
  });
  it('plurals', () => {
    expect(plural(1, 'row')).toBe('1 row');
    expect(plural(2879, 'row')).toBe('2,879 rows');
  });
});

it('shortens ids without their scheme', () => {
  expect(short_id('sha256:0123456789abcdef', 12)).toBe('0123456789ab');
  expect(short_id('train-8')).toBe('train-8');
});

it('writes any value on one line', () => {
  expect(value_text({ a: 1 })).toBe('{"a":1}');
  expect(value_text(false)).toBe('false');
  expect(value_text(null)).toBe(nothing);
});
