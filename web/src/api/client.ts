// The one place where bytes meet the server: URLs, errors of every protocol we speak, aborts.
import type { Endpoint, PathParams, Responses, Sent } from './responses';

/** What went wrong, in the server's own words; status 0 means that no answer came at all. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly request_id?: string,
  ) {
    super(message);
    this.name = 'ApiError';
  }

  get is_missing(): boolean {
    return this.status === 404;
  }

  get may_pass(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 502;
  }
}

/** `POST /a/{b}` and its parameters → method and URL. Throws on a `{name}` that was not given. */
export function url_of(endpoint: string, params: Record<string, unknown>, query?: Sent['query']) {
  const [first, second] = endpoint.split(' ');
  const method = second ? first! : 'GET';
  const path = (second ?? first!).replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined || value === '') throw new Error(`${endpoint}: no value for {${name}}`);
    return encodeURIComponent(String(value));
  });
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== '') search.set(key, String(value));
  }
  const text = search.toString();
  return { method, url: text ? `${path}?${text}` : path };
}

/** Maru's {"error":{code,message,request_id}}, MLflow's {"error_code","message"}, V2's {"error":"text"}. */
export function error_of(status: number, text: string): ApiError {
  try {
    const body = JSON.parse(text) as Record<string, unknown>;
    const error = body['error'];
    if (typeof error === 'string') return new ApiError(status, 'error', error);
    if (error && typeof error === 'object') {
      const { code, message, request_id } = error as Record<string, string>;
      return new ApiError(status, code ?? 'error', message ?? text, request_id);
    }
    if (typeof body['error_code'] === 'string') {
      return new ApiError(status, body['error_code'], String(body['message'] ?? ''));
    }
  } catch {
    // not JSON: a proxy or the like answered
  }
  const plain = text.startsWith('<') ? '' : text.slice(0, 300).trim();
  return new ApiError(status, 'error', plain || `The server answered ${status}.`);
}

export async function request<P extends Endpoint>(
  endpoint: P,
  params: PathParams<P>,
  sent: Sent = {},
  signal?: AbortSignal,
): Promise<Responses[P]> {
  const { method, url } = url_of(endpoint, params as Record<string, unknown>, sent.query);
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      signal: signal ?? null,
      headers: sent.body === undefined ? {} : { 'content-type': 'application/json' },
      body: sent.body === undefined ? null : JSON.stringify(sent.body),
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ApiError(0, 'unreachable', 'The server does not answer. Is `maru up` still running?');
  }
  const text = await response.text();
  if (!response.ok) throw error_of(response.status, text);
  const is_json = response.headers.get('content-type')?.includes('json') ?? false;
  return (is_json ? (text === '' ? {} : JSON.parse(text)) : text) as Responses[P];
}
