import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeApi } from '@/testing/fakeApi';

describe('SnapshotFeed', () => {
  let api: FakeApi;
  let stop: () => void;

  beforeEach(async () => {
    vi.useFakeTimers();
    api = new FakeApi();
    stop = api.feed.start();
    await vi.advanceTimersByTimeAsync(0);
  });
  afterEach(() => {
    stop();
    vi.useRealTimers();
  });

  const snapshots = () => api.requests.filter((request) => request === '/snapshot').length;

  it('learns the snapshot at the start and asks again each minute', async () => {
    expect(api.feed.state()).toMatchObject({ phase: 'ready', generation: 'g1', version: 'db_mtime:1001' });
    await vi.advanceTimersByTimeAsync(59_000);
    expect(snapshots()).toBe(1);
    api.generation = 2;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(api.feed.state().generation).toBe('g2');
  });

  it('takes the generation from the event at once, the details after', async () => {
    const seen: (string | undefined)[] = [];
    const end = api.feed.subscribe(() => seen.push(api.feed.state().generation));
    api.swap();
    expect(api.feed.state().generation).toBe('g2');
    expect(api.feed.state().snapshot?.generation).toBe('g1');
    await vi.advanceTimersByTimeAsync(0);
    expect(api.feed.state().snapshot?.generation).toBe('g2');
    end();
    expect(seen).not.toContain('g1');
  });

  it('never goes back to an older answer that was under way', async () => {
    api.feed.check();
    api.swap();
    await vi.advanceTimersByTimeAsync(0);
    expect(api.feed.state().generation).toBe('g2');
    expect(api.feed.state().snapshot?.generation).toBe('g2');
  });

  it('notices a new snapshot from the header of a data answer', async () => {
    api.generation = 2;
    await api.client.get('/api/sizes');
    await vi.advanceTimersByTimeAsync(0);
    expect(api.feed.state().generation).toBe('g2');
  });

  it('asks on focus', async () => {
    api.generation = 2;
    window.dispatchEvent(new Event('focus'));
    await vi.advanceTimersByTimeAsync(0);
    expect(api.feed.state().generation).toBe('g2');
  });

  it('says since when the service is lost, and that it is back', async () => {
    const lostAt = Date.now();
    api.isDown = true;
    api.events.at(-1)?.dispatchEvent(new Event('error'));
    await vi.advanceTimersByTimeAsync(0);
    expect(api.feed.state()).toMatchObject({ lostSince: lostAt, generation: 'g1', phase: 'ready' });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(api.feed.state().lostSince).toBe(lostAt);
    api.isDown = false;
    await vi.advanceTimersByTimeAsync(3_000);
    expect(api.feed.state().lostSince).toBeUndefined();
  });

  it('opens the stream again when it was refused', async () => {
    const first = api.events.at(-1);
    first?.close();
    first?.dispatchEvent(new Event('error'));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(api.events).toHaveLength(2);
  });

  it('leaves the connection to others while the tab is in the background', async () => {
    const visibility = vi.spyOn(document, 'visibilityState', 'get');
    visibility.mockReturnValue('hidden');
    document.dispatchEvent(new Event('visibilitychange'));
    expect(api.events.at(-1)?.readyState).toBe(2);
    api.generation = 2;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(api.feed.state().generation).toBe('g2');
    visibility.mockReturnValue('visible');
    document.dispatchEvent(new Event('visibilitychange'));
    expect(api.events).toHaveLength(2);
    expect(api.events.at(-1)?.readyState).toBe(1);
  });

  it('ignores events it does not understand', () => {
    for (const data of ['', 'x', '{}', '{"version":"v"}', 'null']) {
      api.events.at(-1)?.dispatchEvent(new MessageEvent('snapshot', { data }));
    }
    expect(api.feed.state().generation).toBe('g1');
  });

  it('asks no more once stopped', async () => {
    stop();
    const before = snapshots();
    await vi.advanceTimersByTimeAsync(300_000);
    expect(snapshots()).toBe(before);
  });
});

describe('SnapshotFeed before the first snapshot', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('waits, and resolves itself by polling', async () => {
    const api = new FakeApi();
    api.hasSnapshot = false;
    const stop = api.feed.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(api.feed.state()).toMatchObject({ phase: 'waiting', generation: undefined });
    api.hasSnapshot = true;
    await vi.advanceTimersByTimeAsync(3_000);
    expect(api.feed.state()).toMatchObject({ phase: 'ready', generation: 'g1' });
    stop();
  });

  it('resolves itself by the event', async () => {
    const api = new FakeApi();
    api.hasSnapshot = false;
    const stop = api.feed.start();
    await vi.advanceTimersByTimeAsync(0);
    api.hasSnapshot = true;
    api.announce();
    expect(api.feed.state()).toMatchObject({ phase: 'ready', generation: 'g1' });
    stop();
  });

  it('tells other failures from waiting', async () => {
    const api = new FakeApi();
    api.broken.add('/snapshot');
    const stop = api.feed.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(api.feed.state()).toMatchObject({ phase: 'failed', error: { status: 500 } });
    stop();
  });
});
