/** One hook per endpoint of the viewer. Keys begin with the endpoint's own word and name every parameter. */
import { useQueries, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import type { Answer, Client } from './client';
import { useApi, useFeed } from './context';
import { latestHeld, useVersioned, type Versioned, versionedKey } from './versioned';

export type Organization = Answer<'/api/orgs/{id}'>['item'];
export type Person = Identified<Answer<'/api/orgs/{id}/people'>['items'][number]>;
export type Deal = Identified<Answer<'/api/people/{id}/deals'>['items'][number]>;
export type Memo = Identified<Answer<'/api/orgs/{id}/memos'>['items'][number]>;

type Identified<T> = T & { readonly id: string };

/** The size that means no filter; always sent (B-17). */
export const ALL_SIZES = '전체';

/** Rows asked for at a time. */
const PAGE = 200;
const MEMO_LIMIT = 500;

export interface OrgFilter {
  size: string;
  search: string;
}

/** The API passes on what the CRM holds, and a record there may lack its id: such a row shows, but opens nothing. */
function identified<T extends { readonly id: string | null }>(items: readonly T[]): readonly Identified<T>[] {
  return items.map((item) => ({ ...item, id: item.id ?? '' }));
}

export function useSizes(): Versioned<readonly string[]> {
  return useVersioned({
    key: ['sizes'],
    load: async (client, signal) => (await client.get('/api/sizes', { signal })).sizes,
  });
}

export interface OrgPages extends Versioned<readonly Organization[]> {
  /** More rows exist behind the last one. */
  readonly hasMore: boolean;
  readonly loadMore: () => void;
  /** Asks for everything shown again. */
  readonly reload: () => void;
  /** Every row of the filter, also those not scrolled to: what an export must hold. */
  readonly loadAll: () => Promise<readonly Organization[]>;
}

function loadOrgs(client: Client, filter: OrgFilter, offset: number, signal: AbortSignal, limit = PAGE) {
  const query = { size: filter.size, limit, offset, ...(filter.search ? { search: filter.search } : {}) };
  return client.get('/api/orgs', { query, signal }).then((answer) => answer.items);
}

/**
 * The organisations of a filter, page by page as far as the reader has scrolled. All pages shown come from one snapshot: while
 * a new one loads, the whole old list stays.
 */
export function useOrgs(filter: OrgFilter): OrgPages {
  const { client } = useApi();
  const { generation } = useFeed();
  const cache = useQueryClient();
  const subject = `${filter.size}\n${filter.search}`;
  const [extent, setExtent] = useState({ subject, pages: 1 });
  const pages = extent.subject === subject ? extent.pages : 1;

  const keys = useMemo(
    () =>
      Array.from({ length: pages }, (_, page) => ['orgs', filter.size, filter.search, page * PAGE] as const),
    [pages, filter.size, filter.search],
  );
  const results = useQueries({
    queries: keys.map((key) => ({
      queryKey: versionedKey(key, generation),
      queryFn: ({ signal }: { signal: AbortSignal }) => loadOrgs(client, filter, key[3], signal),
      enabled: generation !== undefined,
    })),
  });

  const fresh = results.map((result) => result.data);
  const complete = fresh.every((page) => page !== undefined);
  const held = complete ? undefined : keys.map((key) => latestHeld<readonly Organization[]>(cache, key));
  // While a further page loads the first ones are shown; while a new snapshot loads, the old list.
  const old = held?.every((page) => page !== undefined) ? held : undefined;
  const parts = complete ? fresh : (old?.map((page) => page?.data) ?? fresh);
  const shown = parts.filter((page) => page !== undefined);
  const failed = results.find((result) => result.error !== null && !result.isFetching);
  const last = shown.at(-1);

  // One array as long as the pages are the same objects: the list and its highlights depend on identity.
  const data = useStable(shown);
  return {
    data,
    generation: old ? old[0]?.generation : generation,
    error: failed?.error ?? null,
    errorAt: failed?.errorUpdatedAt ?? 0,
    isLoading: data === undefined && !failed,
    retry: () => {
      for (const result of results) if (result.error !== null) void result.refetch();
    },
    reload: () => {
      for (const result of results) void result.refetch();
    },
    loadAll: async () => {
      const all: Organization[] = [];
      for (;;) {
        const offset = all.length;
        const page = await cache.fetchQuery({
          queryKey: versionedKey(['orgs', filter.size, filter.search, offset], generation),
          queryFn: ({ signal }) => loadOrgs(client, filter, offset, signal),
        });
        all.push(...page);
        if (page.length < PAGE) return all;
      }
    },
    hasMore: shown.length === pages && last !== undefined && last.length === PAGE,
    loadMore: useCallback(() => setExtent({ subject, pages: pages + 1 }), [subject, pages]),
  };
}

function useStable(pages: readonly (readonly Organization[])[]): readonly Organization[] | undefined {
  const [kept, setKept] = useState<{ pages: typeof pages; rows: readonly Organization[] | undefined }>();
  const same =
    kept && kept.pages.length === pages.length && pages.every((page, index) => page === kept.pages[index]);
  if (same) return kept.rows;
  const byId = new Map(pages.flat().map((org) => [org.id, org]));
  const rows = pages.length > 0 ? [...byId.values()] : undefined;
  setKept({ pages, rows });
  return rows;
}

/** A few organisations for the palette. */
export function useOrgSearch(search: string, limit: number): Versioned<readonly Organization[]> {
  return useVersioned({
    key: ['org-search', search, limit],
    load: (client, signal) => loadOrgs(client, { size: ALL_SIZES, search }, 0, signal, limit),
    enabled: search !== '',
  });
}

export function useOrg(id: string): Versioned<Organization> {
  return useVersioned({
    key: ['org', id],
    load: async (client, signal) => (await client.get('/api/orgs/{id}', { path: { id }, signal })).item,
    enabled: id !== '',
  });
}

export function usePeople(orgId: string): Versioned<readonly Person[]> {
  return useVersioned({
    key: ['org-people', orgId],
    load: async (client, signal) =>
      identified((await client.get('/api/orgs/{id}/people', { path: { id: orgId }, signal })).items),
    enabled: orgId !== '',
  });
}

export function useDeals(personId: string): Versioned<readonly Deal[]> {
  return useVersioned({
    key: ['person-deals', personId],
    load: async (client, signal) =>
      identified((await client.get('/api/people/{id}/deals', { path: { id: personId }, signal })).items),
    enabled: personId !== '',
  });
}

const MEMO_PATHS = {
  org: '/api/orgs/{id}/memos',
  person: '/api/people/{id}/memos',
  deal: '/api/deals/{id}/memos',
} as const;

export type MemoOwner = keyof typeof MEMO_PATHS;

export function useMemos(owner: MemoOwner, id: string): Versioned<readonly Memo[]> {
  return useVersioned({
    key: [`${owner}-memos`, id],
    load: async (client, signal) =>
      identified(
        (await client.get(MEMO_PATHS[owner], { path: { id }, query: { limit: MEMO_LIMIT }, signal })).items,
      ),
    enabled: id !== '',
  });
}
