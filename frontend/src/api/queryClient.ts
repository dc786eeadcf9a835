import { QueryClient } from '@tanstack/react-query';
import { ApiError } from './errors';

const RETRIES = 1;

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // Within one snapshot nothing changes; the version in the key brings the new one.
        staleTime: Number.POSITIVE_INFINITY,
        gcTime: 10 * 60_000,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        // The service may run on this very computer: being offline says nothing about it.
        networkMode: 'always',
        retry: (count, error) => {
          const busy = error instanceof ApiError && (error.kind === 'network' || error.status === 503);
          return busy && count < RETRIES;
        },
        retryDelay: 700,
      },
    },
  });
}
