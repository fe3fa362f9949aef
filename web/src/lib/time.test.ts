import { afterEach, describe, expect, it } from 'vitest';

import { ago, clock_is_moved, local_time, on_clock_moved, server_now, set_server_now, utc_time, window_name, with_local_times } from './time';
import { axis_labels } from './time_axis';

const now = Date.UTC(2011, 7, 1, 0, 3);

describe('how long ago', () => {
  it('counts in the largest unit that fits', () => {
    expect(ago(now - 2_000, now)).toBe('just now');
    expect(ago(now - 12_000, now)).toBe('12 s ago');
    expect(ago(now - 5 * 60_000, now)).toBe('5 min ago');
    expect(ago(now - 3 * 3_600_000, now)).toBe('3 h ago');
    expect(ago(now - 2 * 86_400_000, now)).toBe('2 d ago');
  });
  it('gives the date when it is long ago, the time when it is to come', () => {
    expect(ago(now - 60 * 86_400_000, now)).toMatch(/^2011-0[56]-\d\d$/);
    expect(ago(now + 3_600_000, now)).toMatch(/^2011-\d\d-\d\d \d\d:\d\d$/);
  });
});

describe('windows', () => {
  it('go by their shortest true name', () => {
    expect(window_name(Date.UTC(2011, 6, 1), Date.UTC(2011, 7, 1))).toBe('2011-07');
    expect(window_name(Date.UTC(2011, 11, 1), Date.UTC(2012, 0, 1))).toBe('2011-12');
    expect(window_name(Date.UTC(2011, 6, 4), Date.UTC(2011, 6, 5))).toBe('2011-07-04');
    expect(window_name(Date.UTC(2011, 6, 4), Date.UTC(2011, 6, 11))).toBe('2011-07-04 – 2011-07-11');
    expect(window_name(Date.UTC(2011, 6, 4, 10), Date.UTC(2011, 6, 4, 11))).toBe('2011-07-04 10:00 – 11:00');
  });
});

describe("the server's clock", () => {
  afterEach(() => set_server_now(Date.now()));
  it('is ours when it is close', () => {
    set_server_now(Date.now() + 900);
    expect(clock_is_moved()).toBe(false);
    expect(Math.abs(server_now() - Date.now())).toBeLessThan(50);
  });
  it('is followed when it lives elsewhere, and listeners hear of it', () => {
    let heard = 0;
    const forget = on_clock_moved(() => (heard += 1));
    set_server_now(now);
    expect(clock_is_moved()).toBe(true);
    expect(Math.abs(server_now() - now)).toBeLessThan(50);
    expect(heard).toBe(1);
    forget();
    set_server_now(now + 86_400_000);
    expect(heard).toBe(1);
  });
});

it('shows times inside a text as everywhere else', () => {
  expect(with_local_times('last alert 2011-06-01T00:00:00.089Z')).toBe(`last alert ${local_time(Date.UTC(2011, 5, 1))}`);
  expect(with_local_times('2 monitors')).toBe('2 monitors');
});

it('tells UTC for hovering', () => {
  expect(utc_time(now)).toBe('2011-08-01 00:03:00 UTC');
});

describe('labels under a time axis', () => {
  const at = (...parts: [number, number, number, number?, number?]) => new Date(...parts).getTime() / 1000;
  it('names months, and the year where it changes', () => {
    expect(axis_labels([at(2011, 10, 1), at(2011, 11, 1), at(2012, 0, 1)], 30 * 86_400)).toEqual(['Nov\n2011', 'Dec', 'Jan\n2012']);
  });
  it('names times of day on a 24 hour clock', () => {
    expect(axis_labels([at(2012, 11, 31, 23, 35), at(2012, 11, 31, 23, 40)], 300)).toEqual(['23:35\n31 Dec 2012', '23:40']);
  });
});
