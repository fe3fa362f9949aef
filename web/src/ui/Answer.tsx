// From a query to its page: a quiet placeholder, the server's own words when it failed, or the answer. An answer
// that is already on screen stays there while it is asked again.
import { Button } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';

import type { ApiError } from '../api/client';

interface AnswerProps<T> {
  of: UseQueryResult<T, ApiError>;
  /** What to say when the server knows no such thing. */
  missing?: ReactNode;
  /** Lines held free while waiting, so that nothing jumps. */
  lines?: number;
  children: (answer: T) => ReactNode;
}

export function Answer<T>({ of: query, missing, lines = 4, children }: AnswerProps<T>) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) {
    if (query.error.is_missing && missing) return <>{missing}</>;
    return <Trouble error={query.error} retry={() => void query.refetch()} />;
  }
  return <Waiting lines={lines} />;
}

export function Waiting({ lines = 4 }: { lines?: number }) {
  return (
    <div className="waiting" role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} style={{ width: `${[92, 78, 85, 64][index % 4]}%` }} />
      ))}
    </div>
  );
}

export function Trouble({ error, retry }: { error: ApiError; retry?: () => void }) {
  return (
    <div className="trouble" role="alert">
      <p>{error.message}</p>
      <p className="quiet">
        {error.status > 0 ? `${error.status} ${error.code}` : error.code}
        {error.request_id ? ` · request ${error.request_id}` : ''}
      </p>
      {retry && (
        <Button size="xs" variant="default" onClick={retry}>
          Try again
        </Button>
      )}
    </div>
  );
}
