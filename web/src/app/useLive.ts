import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

import { follow_events, type Connection } from '../api/live';
import { useApi } from '../api/query';
import { server_now, set_server_now } from '../lib/time';

/** Keeps the whole page fresh, and the server's clock known. */
export function useLive() {
  const client = useQueryClient();
  const [connection, set_connection] = useState<Connection>('connecting');
  const status = useApi('/api/v1/status', {}, { refresh_ms: 30_000 });
  const now_ms = status.data?.now_ms;
  useEffect(() => {
    if (now_ms !== undefined) set_server_now(now_ms);
  }, [now_ms]);
  useEffect(
    () => follow_events(client, set_connection, (event) => event.at_ms > server_now() && set_server_now(event.at_ms)),
    // The stream outlives every answer about the status.
    [client],
  );
  return { connection, status: status.data };
}
