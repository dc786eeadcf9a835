import { act, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeApi } from '@/testing/fakeApi';
import { App } from './App';

function open(hash: string, api = new FakeApi()): FakeApi {
  window.history.replaceState(null, '', `/${hash}`);
  render(<App api={api} />);
  return api;
}

async function loaded(): Promise<HTMLElement> {
  return screen.findByRole('listbox', { name: '회사 목록' });
}

describe('App', () => {
  beforeEach(() => {
    vi.spyOn(window, 'scrollTo').mockImplementation(() => undefined);
  });

  it.each(['', '#', '#no-such-screen?x=1'])(
    'opens the default screen for %j and says so in the address',
    async (hash) => {
      open(hash);
      await loaded();
      expect(window.location.hash).toBe('#org-view');
      expect(document.title).toBe('2026 B2B Dashboard');
    },
  );

  it('opens a screen that is not built as an honest page with a way to the viewer', async () => {
    open('#rank-2025');
    expect(screen.getByRole('heading', { level: 1, name: '2025 체결액 순위' })).toBeVisible();
    expect(screen.getByText(/다음 버전에서 제공됩니다/)).toBeVisible();
    expect(screen.getByRole('link', { name: '조직/People/Deal 뷰어 열기' })).toHaveAttribute(
      'href',
      '#org-view',
    );
  });

  it('opens hidden ids by hash, keeps them out of the menu, and says what will never come', () => {
    open('#counterparty-risk-daily');
    expect(screen.getByText(/이 제품에 포함되지 않습니다/)).toBeVisible();
    expect(screen.queryByRole('link', { name: /Daily Report/ })).toBeNull();
  });

  it('marks the current entry and follows the address', async () => {
    open('#rank-2025');
    const nav = screen.getByRole('navigation', { name: '대시보드' });
    expect(within(nav).getByRole('link', { current: 'page' })).toHaveTextContent('2025 체결액 순위');
    await act(async () => {
      const changed = new Promise((resolve) =>
        window.addEventListener('hashchange', resolve, { once: true }),
      );
      window.location.hash = '#org-view';
      await changed;
    });
    await loaded();
    expect(within(nav).getByRole('link', { current: 'page' })).toHaveTextContent('조직/People/Deal 뷰어');
  });

  it('remembers folded sections', async () => {
    const user = userEvent.setup();
    open('#rank-2025');
    const toggle = screen.getByRole('button', { name: '운영 메뉴', expanded: true });
    await user.click(toggle);
    expect(toggle).toHaveAttribute('aria-expanded', 'false');
    expect(screen.queryByRole('link', { name: '2026 카운터파티 DRI' })).toBeNull();
    expect(window.localStorage.getItem('menu_section_open__ops')).toBe('false');
  });

  it('starts without a workspace configuration, and asks for it', async () => {
    const api = open('#org-view');
    await loaded();
    expect(api.requests).toContain('/workspace');
    expect(screen.queryByRole('link', { name: /CRM/ })).toBeNull();
  });

  it('finds screens and companies with Ctrl-K', async () => {
    const user = userEvent.setup();
    open('#rank-2025');
    await user.keyboard('{Control>}k{/Control}');
    const input = screen.getByRole('combobox');
    await user.type(input, 'ㄷㅊㅋ');
    expect(screen.getAllByRole('option')).toHaveLength(9);
    await user.clear(input);
    await user.type(input, '다온');
    await user.click(await screen.findByRole('option', { name: /다온소재/ }));
    expect(window.location.hash).toBe(`#org-view?${new URLSearchParams({ size: '전체', org: 'o3' })}`);
    expect(await screen.findByRole('heading', { name: '다온소재' })).toBeVisible();
    expect(screen.queryByRole('combobox', { name: /화면이나/ })).toBeNull();
  });

  it('switches the theme and remembers it', async () => {
    const user = userEvent.setup();
    open('#rank-2025');
    await user.click(screen.getByRole('button', { name: '어두운 테마' }));
    expect(document.documentElement.dataset.theme).toBe('dark');
    expect(window.localStorage.getItem('theme')).toBe('dark');
    await user.click(screen.getByRole('button', { name: '시스템 테마' }));
    expect(document.documentElement.dataset.theme).toBeUndefined();
  });

  it('waits for the first snapshot and goes on by itself', async () => {
    const api = new FakeApi();
    api.hasSnapshot = false;
    open('#org-view', api);
    expect(await screen.findByText('첫 스냅샷을 기다리는 중입니다')).toBeVisible();
    api.hasSnapshot = true;
    act(() => api.announce());
    await loaded();
    expect(screen.queryByText('첫 스냅샷을 기다리는 중입니다')).toBeNull();
  });

  it('keeps the data readable while the service is away', async () => {
    const api = open('#org-view?org=o1');
    expect(await screen.findByRole('heading', { name: '가람상사' })).toBeVisible();
    api.isDown = true;
    act(() => void window.dispatchEvent(new Event('focus')));
    expect(await screen.findByText(/서버에 연결되지 않습니다/)).toBeVisible();
    expect(screen.getByRole('heading', { name: '가람상사' })).toBeVisible();
    api.isDown = false;
    await userEvent.setup().click(screen.getByRole('button', { name: '지금 다시 연결' }));
    await waitFor(() => expect(screen.queryByText(/서버에 연결되지 않습니다/)).toBeNull());
  });

  it('refreshes itself on a new snapshot, says so, and keeps the selection', async () => {
    const api = open('#org-view?org=o1&person=p2&deal=d1');
    expect(await screen.findByText('1.20')).toBeVisible();
    const { hash } = window.location;
    act(() => api.swap());
    expect(await screen.findByText('2.40')).toBeVisible();
    expect(await screen.findByText(/새 스냅샷 반영/)).toBeVisible();
    expect(window.location.hash).toBe(hash);
  });
});
