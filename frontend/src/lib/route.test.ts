import { act, renderHook } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { buildHash, closeOverlay, navigate, parseHash, useRoute } from './route';

describe('hash', () => {
  it.each([
    ['', { id: '', params: {} }],
    ['#org-view', { id: 'org-view', params: {} }],
    ['#org-view?org=o1&q=%EA%B0%80+b', { id: 'org-view', params: { org: 'o1', q: '가 b' } }],
    ['#org-view?org=&size=x', { id: 'org-view', params: { size: 'x' } }],
    ['#%E0%A4%A', { id: '%E0%A4%A', params: {} }],
  ])('%s', (hash, route) => {
    expect(parseHash(hash)).toEqual(route);
  });

  it('writes what it reads, and leaves defaults out', () => {
    const params = { q: '가&나=다 #?', size: '기타/미입력' };
    expect(parseHash(buildHash('org-view', { ...params, org: '', deal: undefined }))).toEqual({
      id: 'org-view',
      params,
    });
    expect(buildHash('org-view', { org: '' })).toBe('#org-view');
  });
});

describe('useRoute', () => {
  it('follows navigation, Back and hand-edited addresses (B-19)', async () => {
    const { result } = renderHook(useRoute);
    act(() => navigate('org-view', { org: 'o1' }));
    act(() => navigate('org-view', { org: 'o2' }));
    expect(result.current.params.org).toBe('o2');
    await act(async () => {
      const back = new Promise((resolve) => window.addEventListener('popstate', resolve, { once: true }));
      window.history.back();
      await back;
    });
    expect(result.current.params.org).toBe('o1');
    await act(async () => {
      const changed = new Promise((resolve) =>
        window.addEventListener('hashchange', resolve, { once: true }),
      );
      window.location.hash = '#rank-2025';
      await changed;
    });
    expect(result.current.id).toBe('rank-2025');
  });

  it('closes an overlay it opened by going back, a pasted one by rewriting', async () => {
    const { result } = renderHook(useRoute);
    act(() => navigate('org-view', { org: 'o1' }, { replace: true }));
    act(() => navigate('org-view', { org: 'o1', memo: 'm1' }, { overlay: true }));
    const { length } = window.history;
    await act(async () => {
      const back = new Promise((resolve) => window.addEventListener('popstate', resolve, { once: true }));
      closeOverlay('org-view', { org: 'o1' });
      await back;
    });
    expect(result.current.params).toEqual({ org: 'o1' });

    window.history.replaceState(null, '', '#org-view?org=o1&memo=m1');
    act(() => closeOverlay('org-view', { org: 'o1' }));
    expect(result.current.params).toEqual({ org: 'o1' });
    expect(window.history.length).toBe(length);
  });
});
