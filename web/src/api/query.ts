// The one query hook and the one mutation hook. A query's key is [endpoint, params, sent], so live events can
// invalidate by endpoint (see live.ts).
import {
  keepPreviousData,
  QueryClient,
  useMutation,
  useQueries,
  useQuery,
  useQueryClient,
  type QueryKey,
} from '@tanstack/react-query';

import { ApiError, request } from './client';
import type { Endpoint, PathParams, Responses, Sent } from './responses';

export function make_query_client(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000, // events say sooner when something changed
        refetchOnWindowFocus: false,
        retry: (count, error) => count < 2 && error instanceof ApiError && error.may_pass,
      },
    },
  });
}

export const key_of = (endpoint: Endpoint, params: object = {}, sent: Sent = {}): QueryKey => [endpoint, params, sent];

export interface ApiOptions extends Sent {
  enabled?: boolean;
  /** Only for what no event announces (a chart that moves by the second, a growing log). */
  refresh_ms?: number | false;
  /** Show the last answer while a changed question is on its way (tables that must not jump). */
  keep?: boolean;
}

type Arguments<P extends string> = keyof PathParams<P> extends never
  ? [params?: PathParams<P>, options?: ApiOptions]
  : [params: PathParams<P>, options?: ApiOptions];

export function useApi<P extends Endpoint>(endpoint: P, ...[params, options = {}]: Arguments<P>) {
  const { enabled = true, refresh_ms = false, keep = true, query, body } = options;
  const sent: Sent = { query, body };
  const given = params ?? ({} as PathParams<P>);
  return useQuery<Responses[P], ApiError>({
    queryKey: key_of(endpoint, given, sent),
    queryFn: ({ signal }) => request(endpoint, given, sent, signal),
    enabled,
    refetchInterval: refresh_ms,
    ...(keep ? { placeholderData: keepPreviousData } : {}),
  });
}

/** The same question about several things at once, answers in the order asked. */
export function useApis<P extends Endpoint>(endpoint: P, params: PathParams<P>, questions: Sent[]) {
  return useQueries({
    queries: questions.map((sent) => ({
      queryKey: key_of(endpoint, params, sent),
      queryFn: ({ signal }: { signal: AbortSignal }) => request(endpoint, params, sent, signal),
    })),
  });
}

/** Sends a change; afterwards the endpoints named are asked again. */
export function useSend<P extends Endpoint>(endpoint: P, then_refresh: Endpoint[] = []) {
  const client = useQueryClient();
  return useMutation<Responses[P], ApiError, { params: PathParams<P>; body?: unknown }>({
    mutationFn: ({ params, body }) => request(endpoint, params, { body: body ?? {} }),
    onSuccess: () => {
      for (const each of then_refresh) void client.invalidateQueries({ queryKey: [each] });
    },
  });
}
