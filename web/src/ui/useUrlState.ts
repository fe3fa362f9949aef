import { useRouter, useRouterState } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';

import { decode, encode, stringify_search, type Fields, type Search, type Values } from '../lib/url_state';

/** State that lives in the URL. Changes replace the entry, so that Back leaves the page and not the last keystroke. */
export function useUrlState<F extends Fields>(fields: F): [Values<F>, (change: Partial<Values<F>>) => void] {
  const router = useRouter();
  const search = useRouterState({ select: (state) => state.location.search as Search });
  const values = useMemo(() => decode(fields, search), [fields, search]);
  const change = useCallback(
    (next: Partial<Values<F>>) => {
      const { pathname, search: now } = router.state.location;
      router.history.replace(pathname + stringify_search(encode(fields, now as Search, next)));
    },
    [router, fields],
  );
  return [values, change];
}
