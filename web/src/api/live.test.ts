import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { follow_events, stale_after, type Connection } from './live';
import { key_of, make_query_client } from './query';

describe('what an event makes stale', () => {
  it('is what shows it, and always the house and the list of events', () => {
    const stale = stale_after(['version.aliased']);
    expect(stale.has('/ajax-api/2.0/mlflow/registered-models/get')).toBe(true);
    expect(stale.has('/api/v1/overview')).toBe(true);
    expect(stale.has('/api/v1/datasets')).toBe(false);
  });
  it('is little for a type nobody knows', () => {
    expect([...stale_after(['strange.thing'])]).toEqual(['/api/v1/overview', '/api/v1/events', '/api/v1/lineage']);
  });
});

class FakeSource {
  static last: FakeSource;
  onmessage?: (message: { data: string }) => void;
  onopen?: () => void;
  onerror?: () => void;
  named = new Map<string, (message: { data: string }) => void>();
  closed = false;
  constructor(readonly url: string) {
    FakeSource.last = this;
  }
  addEventListener(type: string, listener: (message: { data: string }) => void) {
    this.named.set(type, listener);
  }
  close() {
    this.closed = true;
  }
}

describe('following the stream', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('EventSource', FakeSource);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  function follow() {
    const client = make_query_client();
    const states: Connection[] = [];
    const invalidate = vi.spyOn(client, 'invalidateQueries');
    client.setQueryData(key_of('/api/v1/rules'), { rules: [] });
    client.setQueryData(key_of('/api/v1/datasets'), { datasets: [] });
    const stop = follow_events(client, (state) => states.push(state), () => undefined);
    return { client, states, invalidate, stop };
  }
  const tell = (type: string) => FakeSource.last.onmessage?.({ data: JSON.stringify({ id: 1, type }) });

  it('asks again once for a burst, and only what it touches', () => {
    const { client, invalidate } = follow();
    for (let index = 0; index < 100; index += 1) tell('rule.acted');
    FakeSource.last.named.get('rule.acted')?.({ data: '{"id":2,"type":"rule.acted"}' });
    vi.advanceTimersByTime(1_000);
    expect(invalidate).toHaveBeenCalledTimes(1);
    expect(client.getQueryState(key_of('/api/v1/rules'))?.isInvalidated).toBe(true);
    expect(client.getQueryState(key_of('/api/v1/datasets'))?.isInvalidated).toBe(false);
  });
  it('asks for everything after it was away', () => {
    const { states, invalidate } = follow();
    FakeSource.last.onopen?.();
    expect(invalidate).not.toHaveBeenCalled();
    FakeSource.last.onerror?.();
    FakeSource.last.onopen?.();
    expect(invalidate).toHaveBeenCalledTimes(1);
    expect(states).toEqual(['live', 'lost', 'live']);
  });
  it('ignores what is no event, and stops when told', () => {
    const { invalidate, stop } = follow();
    FakeSource.last.onmessage?.({ data: 'hello' });
    tell('rule.acted');
    stop();
    vi.advanceTimersByTime(5_000);
    expect(invalidate).not.toHaveBeenCalled();
    expect(FakeSource.last.closed).toBe(true);
  });
});
