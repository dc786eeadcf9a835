import { QueryClientProvider } from '@tanstack/react-query';
import { act, renderHook, waitFor } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeApi } from '@/testing/fakeApi';
import { ApiContext } from './context';
import { useDeals, useOrgs } from './queries';
import { createQueryClient } from './queryClient';
import { useVersioned } from './versioned';

describe('queries of a snapshot', () => {
  let api: FakeApi;
  let stop: () => void;
  const wrapper = ({ children }: { children: ReactNode }) => (
    <ApiContext value={api}>
      <QueryClientProvider client={cache}>{children}</QueryClientProvider>
    </ApiContext>
  );
  let cache = createQueryClient();

  beforeEach(() => {
    cache = createQueryClient();
    api = new FakeApi();
    stop = api.feed.start();
  });
  afterEach(() => stop());

  it('refetch on a new snapshot and show the old data until the new are there', async () => {
    const { result } = renderHook(() => useDeals('p2'), { wrapper });
    await waitFor(() => expect(result.current.data?.[0]?.amount).toBe(120_000_000));
    expect(result.current.generation).toBe('g1');
    act(() => api.swap());
    expect(result.current.data?.[0]?.amount).toBe(120_000_000);
    expect(result.current.generation).toBe('g1');
    await waitFor(() => expect(result.current.data?.[0]?.amount).toBe(240_000_000));
    expect(result.current.generation).toBe('g2');
  });

  it('keep the old data, with the error, when the new cannot be loaded', async () => {
    const { result } = renderHook(() => useDeals('p2'), { wrapper });
    await waitFor(() => expect(result.current.data).toBeDefined());
    api.broken.add('/people/p2/deals');
    act(() => api.swap());
    await waitFor(() => expect(result.current.error).toBeTruthy());
    expect(result.current.data?.[0]?.amount).toBe(120_000_000);
    api.broken.clear();
    act(() => result.current.retry());
    await waitFor(() => expect(result.current.data?.[0]?.amount).toBe(240_000_000));
    expect(result.current.error).toBeNull();
  });

  it('never let a late answer of an older snapshot overwrite the newer one', async () => {
    const late: { resolve?: (value: string) => void } = {};
    const load = () =>
      api.generation === 1
        ? new Promise<string>((resolve) => {
            late.resolve = resolve;
          })
        : Promise.resolve('new');
    const { result } = renderHook(() => useVersioned<string>({ key: ['slow'], load }), { wrapper });
    await waitFor(() => expect(late.resolve).toBeDefined());
    act(() => api.swap());
    await waitFor(() => expect(result.current.data).toBe('new'));
    await act(async () => late.resolve?.('old'));
    expect(result.current.data).toBe('new');
  });

  it('do not show the rows of another selection meanwhile', async () => {
    const { result, rerender } = renderHook(({ id }) => useDeals(id), {
      wrapper,
      initialProps: { id: 'p2' },
    });
    await waitFor(() => expect(result.current.data).toHaveLength(2));
    rerender({ id: 'p1' });
    expect(result.current.data).toBeUndefined();
    expect(result.current.isLoading).toBe(true);
    rerender({ id: '' });
    expect(result.current.data).toBeUndefined();
    expect(result.current.isLoading).toBe(false);
  });

  it('page organisations, and page them again for a new snapshot', async () => {
    api.orgs = Array.from({ length: 450 }, (_, index) => ({
      id: `o${index}`,
      name: `회사 ${index}`,
      size: '대기업',
      team: [],
      owner: null,
    }));
    const filter = { size: '전체', search: '' };
    const { result } = renderHook(() => useOrgs(filter), { wrapper });
    await waitFor(() => expect(result.current.data).toHaveLength(200));
    expect(result.current.hasMore).toBe(true);
    act(() => result.current.loadMore());
    expect(result.current.data).toHaveLength(200);
    await waitFor(() => expect(result.current.data).toHaveLength(400));
    act(() => result.current.loadMore());
    await waitFor(() => expect(result.current.data).toHaveLength(450));
    expect(result.current.hasMore).toBe(false);
    act(() => api.swap());
    expect(result.current.data).toHaveLength(450);
    expect(result.current.generation).toBe('g1');
    await waitFor(() => expect(result.current.generation).toBe('g2'));
    expect(result.current.data).toHaveLength(450);
    expect(api.requests.filter((request) => request.startsWith('/orgs?'))).toHaveLength(6);
  });

  it('always send the size (B-17)', async () => {
    const { result } = renderHook(() => useOrgs({ size: '전체', search: '가람' }), { wrapper });
    await waitFor(() => expect(result.current.data).toHaveLength(1));
    expect(api.requests).toContain('/orgs?size=전체&limit=200&offset=0&search=가람');
  });
});
