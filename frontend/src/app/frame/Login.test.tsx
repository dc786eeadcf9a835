import { act, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { App } from '@/app/App';
import { FakeApi } from '@/testing/fakeApi';

const TOKEN = 'smm_right';

function open(base?: string): FakeApi {
  const api = new FakeApi(base);
  api.token = TOKEN;
  window.history.replaceState(null, '', '/#org-view?org=o1');
  render(<App api={api} />);
  return api;
}

/** Where the page is, so that a session can be had. */
const HERE = window.location.origin;

async function fill(token: string): Promise<void> {
  const user = userEvent.setup();
  await user.type(await screen.findByLabelText('토큰'), token);
  await user.click(screen.getByRole('button', { name: '로그인' }));
}

describe('Login', () => {
  it('asks for the token first, and then opens the screen of the address', async () => {
    const api = open(HERE);
    expect(await screen.findByRole('heading', { name: '로그인' })).toBeVisible();
    expect(screen.queryByRole('navigation')).toBeNull();
    expect(screen.getByLabelText('토큰')).toHaveAttribute('type', 'password');
    await fill(` ${TOKEN} `);
    expect(await screen.findByRole('heading', { name: '가람상사' })).toBeVisible();
    expect(screen.queryByLabelText('토큰')).toBeNull();
    expect(api.events.at(-1)?.readyState).toBe(1);
    expect(JSON.stringify(window.localStorage)).not.toContain(TOKEN);
  });

  it('says when the token is wrong, and lets one try again', async () => {
    open(HERE);
    await fill('wrong');
    expect(await screen.findByText('토큰이 맞지 않습니다.')).toBeVisible();
    expect(screen.getByRole('button', { name: '로그인' })).toBeEnabled();
  });

  it('says when too many attempts failed', async () => {
    const api = open(HERE);
    api.limited = true;
    await fill(TOKEN);
    expect(await screen.findByText(/시도가 너무 많습니다/)).toBeVisible();
  });

  it('comes back when the session is over, also in the middle of reading', async () => {
    const api = open(HERE);
    await fill(TOKEN);
    await screen.findByRole('heading', { name: '가람상사' });
    api.hasSession = false;
    await userEvent.setup().click(await screen.findByRole('option', { name: /나루전자/ }));
    expect(await screen.findByLabelText('토큰')).toBeVisible();
    expect(screen.queryByText('가람상사')).toBeNull();
    await fill(TOKEN);
    expect(await screen.findByRole('heading', { name: '나루전자' })).toBeVisible();
  });

  it('follows a login in another tab', async () => {
    const api = open(HERE);
    await screen.findByLabelText('토큰');
    api.hasSession = true;
    act(() => void window.dispatchEvent(new Event('focus')));
    expect(await screen.findByRole('heading', { name: '가람상사' })).toBeVisible();
  });

  it('logs out', async () => {
    const api = open(HERE);
    await fill(TOKEN);
    await screen.findByRole('heading', { name: '가람상사' });
    await userEvent.setup().click(screen.getByRole('button', { name: '로그아웃', hidden: true }));
    expect(await screen.findByLabelText('토큰')).toBeVisible();
    expect(api.requests).toContain('/logout');
  });

  it('sends people who opened a file to the server', async () => {
    open();
    expect(await screen.findByRole('link', { name: 'http://api.example' })).toHaveAttribute(
      'href',
      'http://api.example',
    );
    expect(screen.queryByLabelText('토큰')).toBeNull();
  });
});
