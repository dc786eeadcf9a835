import { describe, expect, it, vi } from 'vitest';
import { apiBase } from './base';
import { Client, type Fetch } from './client';
import { ApiError, errorText, isNoSnapshot } from './errors';

function clientOf(response: Response | Error | DOMException): {
  client: Client;
  fetch: ReturnType<typeof vi.fn<Fetch>>;
} {
  const fetch = vi.fn<Fetch>(() =>
    !(response instanceof Response) ? Promise.reject(response) : Promise.resolve(response),
  );
  return { client: new Client('http://api.example/api', fetch), fetch };
}

function json(body: unknown, init: ResponseInit & { type?: string } = {}): Response {
  const headers = {
    'content-type': init.type ?? 'application/json; charset=utf-8',
    'x-snapshot-version': 'v7',
  };
  return new Response(JSON.stringify(body), { headers, ...init });
}

async function failure(promise: Promise<unknown>): Promise<ApiError> {
  const error = await promise.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  expect(error).toBeInstanceOf(ApiError);
  return error as ApiError;
}

describe('apiBase', () => {
  it('is beside the page, or on this computer for a page opened as a file', () => {
    expect(apiBase({ protocol: 'https:', origin: 'https://d.example' })).toBe('https://d.example/api');
    expect(apiBase({ protocol: 'file:', origin: 'null' })).toBe('http://localhost:8000/api');
  });
});

describe('Client', () => {
  it('fills paths and queries, encoded', async () => {
    const { client, fetch } = clientOf(json({ items: [] }));
    await client.get('/api/orgs/{id}/people', { path: { id: 'a/b ?' }, query: { hasDeal: true } });
    expect(fetch.mock.calls[0]?.[0]).toBe('http://api.example/api/orgs/a%2Fb%20%3F/people?hasDeal=true');
  });

  it('passes the signal on and lets an abort be an abort', async () => {
    const abort = new AbortController();
    const { client, fetch } = clientOf(new DOMException('aborted', 'AbortError'));
    const reached = vi.fn();
    client.observe({ reached: vi.fn(), unreachable: reached, refused: vi.fn() });
    abort.abort();
    await expect(client.get('/api/sizes', { signal: abort.signal })).rejects.toThrow('aborted');
    expect(fetch.mock.calls[0]?.[1].signal).toBe(abort.signal);
    expect(reached).not.toHaveBeenCalled();
  });

  it('tells its observer about the service', async () => {
    const observer = { reached: vi.fn(), unreachable: vi.fn(), refused: vi.fn() };
    const good = clientOf(json({ sizes: [] })).client;
    good.observe(observer);
    await good.get('/api/sizes');
    expect(observer.reached).toHaveBeenCalledWith('v7');
    const bad = clientOf(new TypeError('failed')).client;
    bad.observe(observer);
    expect((await failure(bad.get('/api/sizes'))).kind).toBe('network');
    expect(observer.unreachable).toHaveBeenCalledOnce();
  });

  it('shows the detail of a problem document', async () => {
    const problem = {
      type: 'urn:salesmap-mirror:problem:invalid-parameter',
      title: 'x',
      detail: 'limit: 1부터 500까지',
    };
    const error = await failure(
      clientOf(json(problem, { status: 422, type: 'application/problem+json' })).client.get('/api/orgs'),
    );
    expect(error).toMatchObject({ kind: 'http', status: 422, detail: 'limit: 1부터 500까지' });
    expect(errorText(error)).toBe('limit: 1부터 500까지 (422)');
  });

  it('tells when a login is needed', async () => {
    const observer = { reached: vi.fn(), unreachable: vi.fn(), refused: vi.fn() };
    const { client } = clientOf(json({ detail: 'x' }, { status: 401, type: 'application/problem+json' }));
    client.observe(observer);
    expect(errorText(await failure(client.get('/api/sizes')))).toMatch(/권한/);
    expect(observer.refused).toHaveBeenCalledOnce();
  });

  it('logs in with JSON, and keeps nothing', async () => {
    const { client, fetch } = clientOf(json({ name: 'desk' }));
    await client.login('smm_x');
    expect(fetch.mock.calls[0]?.[0]).toMatch(/\/api\/login$/);
    expect(fetch.mock.calls[0]?.[1]).toMatchObject({ method: 'POST', body: '{"token":"smm_x"}' });
    expect(new Headers(fetch.mock.calls[0]?.[1].headers).get('content-type')).toBe('application/json');
    expect(JSON.stringify(client)).not.toContain('smm_x');
    const refused = clientOf(
      json({ detail: 'no' }, { status: 401, type: 'application/problem+json' }),
    ).client;
    expect(await failure(refused.login('smm_x'))).toMatchObject({ status: 401 });
  });

  it('never shows a foreign error page', async () => {
    const page = new Response('<html>secret</html>', {
      status: 502,
      statusText: 'Bad Gateway',
      headers: { 'content-type': 'text/html' },
    });
    const error = await failure(clientOf(page).client.get('/api/orgs'));
    expect(error).toMatchObject({ kind: 'http', status: 502, detail: 'Bad Gateway' });
  });

  it('refuses what is no JSON and what is cut', async () => {
    const html = new Response('<html>', { headers: { 'content-type': 'text/html' } });
    expect((await failure(clientOf(html).client.get('/api/sizes'))).kind).toBe('content');
    const cut = new Response('{"sizes": [', { headers: { 'content-type': 'application/json' } });
    expect((await failure(clientOf(cut).client.get('/api/sizes'))).kind).toBe('content');
  });

  it('knows a service that waits for its first snapshot', async () => {
    const problem = { type: 'urn:salesmap-mirror:problem:no-snapshot', detail: 'none' };
    const response = json(problem, { status: 500, type: 'application/problem+json' });
    expect(isNoSnapshot(await failure(clientOf(response).client.get('/api/sizes')))).toBe(true);
    expect(isNoSnapshot(new ApiError('http', 500, 'x'))).toBe(false);
  });
});
