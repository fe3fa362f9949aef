import { afterEach, describe, expect, it, vi } from 'vitest';

import { ApiError, error_of, request, url_of } from './client';

describe('addresses', () => {
  it('fills in names, leaves out empty parameters', () => {
    expect(url_of('/api/v1/datasets/{name}/versions/{version}', { name: 'a/b', version: 2 }, { limit: 20, type: '' })).toEqual({
      method: 'GET',
      url: '/api/v1/datasets/a%2Fb/versions/2?limit=20',
    });
    expect(url_of('POST /v2/models/{name}/infer', { name: 'demand' }).method).toBe('POST');
  });
  it('refuses a name that was not given', () => {
    expect(() => url_of('/api/v1/rules/{name}', {})).toThrow('{name}');
  });
});

describe('errors are told in the words of whoever answered', () => {
  it.each([
    ['{"error":{"code":"not_found","message":"no rule x","request_id":"r1"}}', 'not_found', 'no rule x'],
    ['{"error_code":"INVALID_PARAMETER_VALUE","message":"column 9"}', 'INVALID_PARAMETER_VALUE', 'column 9'],
    ['{"error":"model demand is not ready"}', 'error', 'model demand is not ready'],
    ['<html>Bad gateway</html>', 'error', 'The server answered 502.'],
    ['', 'error', 'The server answered 502.'],
  ])('%s', (body, code, message) => {
    const error = error_of(502, body);
    expect([error.code, error.message]).toEqual([code, message]);
  });
  it('only what may pass is tried again', () => {
    expect(new ApiError(404, 'x', '').may_pass).toBe(false);
    expect(new ApiError(503, 'x', '').may_pass).toBe(true);
    expect(new ApiError(0, 'x', '').may_pass).toBe(true);
  });
});

describe('requests', () => {
  afterEach(() => vi.unstubAllGlobals());
  const answer = (body: string, status = 200, type = 'application/json') =>
    vi.fn(async (_url: string, _options: RequestInit) => new Response(body, { status, headers: { 'content-type': type } }));

  it('give JSON as JSON and text as text', async () => {
    vi.stubGlobal('fetch', answer('{"datasets":[]}'));
    expect(await request('/api/v1/datasets', {})).toEqual({ datasets: [] });
    vi.stubGlobal('fetch', answer('a line\n', 200, 'text/plain'));
    expect(await request('/api/v1/pipeline-runs/{id}/steps/{step}/log', { id: '1', step: 'data' })).toBe('a line\n');
  });
  it('send a body only when there is one', async () => {
    const fetch = answer('{}');
    vi.stubGlobal('fetch', fetch);
    await request('POST /ajax-api/2.0/mlflow/runs/search', {}, { body: { filter: 'a' } });
    expect(fetch.mock.calls[0]?.[1]).toMatchObject({ method: 'POST', body: '{"filter":"a"}' });
    await request('/api/v1/datasets', {});
    expect(fetch.mock.calls[1]?.[1].body).toBeNull();
  });
  it('say that nobody answers, but stay silent when they were given up', async () => {
    vi.stubGlobal('fetch', vi.fn(() => Promise.reject(new TypeError('failed'))));
    await expect(request('/api/v1/status', {})).rejects.toMatchObject({ status: 0, code: 'unreachable' });
    const gone = AbortSignal.abort();
    await expect(request('/api/v1/status', {}, {}, gone)).rejects.toBeInstanceOf(TypeError);
  });
});
