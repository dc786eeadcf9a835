/**
 * Queries that belong to a snapshot. The generation is the last part of every key, so a new snapshot is a new entry: an answer
 * still under way for the old one lands in the old entry and can never overwrite the new. Until the new answer is there, and
 * when it fails, the newest older one stays on screen.
 */
import {
  type QueryClient,
  type QueryKey,
  type UseQueryResult,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import type { Client } from './client';
import { useApi, useFeed } from './context';

export interface VersionedOptions<T> {
  /** Path and parameters, without the generation. */
  key: readonly unknown[];
  load: (client: Client, signal: AbortSignal) => Promise<T>;
  enabled?: boolean;
}

export interface Versioned<T> {
  /** Undefined until something of any snapshot is known. */
  readonly data: T | undefined;
  /** Snapshot the data come from. */
  readonly generation: string | undefined;
  /** Set when the latest attempt failed; the data, if any, are older. */
  readonly error: unknown;
  /** Unix ms of the failure. */
  readonly errorAt: number;
  /** Nothing to show yet and an answer under way. */
  readonly isLoading: boolean;
  readonly retry: () => void;
}

interface Held<T> {
  data: T;
  generation: string;
  at: number;
}

/** The newest answer for `key` from any snapshot. */
export function latestHeld<T>(cache: QueryClient, key: readonly unknown[]): Held<T> | undefined {
  let best: Held<T> | undefined;
  for (const query of cache.getQueryCache().findAll({ queryKey: key })) {
    const data = query.state.data as T | undefined;
    if (query.queryKey.length !== key.length + 1 || data === undefined) continue;
    const at = query.state.dataUpdatedAt;
    if (!best || at > best.at) best = { data, generation: String(query.queryKey.at(-1)), at };
  }
  return best;
}

/** The retry of something that is on show but older than it should be; undefined when all is well. */
export function staleRetry(answer: Versioned<unknown>): (() => void) | undefined {
  return answer.data !== undefined && answer.error ? answer.retry : undefined;
}

export function versionedKey(key: readonly unknown[], generation: string | undefined): QueryKey {
  return [...key, generation ?? ''];
}

/** What a screen gets of a query result: the answer of this snapshot, or what is held of an older one. */
export function present<T>(
  cache: QueryClient,
  key: readonly unknown[],
  generation: string | undefined,
  query: Pick<UseQueryResult<T>, 'data' | 'error' | 'errorUpdatedAt' | 'refetch' | 'isFetching'>,
  enabled: boolean,
): Versioned<T> {
  const held = enabled && query.data === undefined ? latestHeld<T>(cache, key) : undefined;
  const data = query.data ?? held?.data;
  return {
    data: enabled ? data : undefined,
    generation: query.data === undefined ? held?.generation : generation,
    error: query.isFetching ? null : query.error,
    errorAt: query.errorUpdatedAt,
    isLoading: enabled && data === undefined && (query.isFetching || query.error === null),
    retry: () => void query.refetch(),
  };
}

export function useVersioned<T>({ key, load, enabled = true }: VersionedOptions<T>): Versioned<T> {
  const { client } = useApi();
  const { generation } = useFeed();
  const cache = useQueryClient();
  const query = useQuery({
    queryKey: versionedKey(key, generation),
    queryFn: ({ signal }) => load(client, signal),
    enabled: enabled && generation !== undefined,
  });
  return present(cache, key, generation, query, enabled);
}
