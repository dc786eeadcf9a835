/**
 * Knows which snapshot the service answers from, and notices a new one (spec 07 §6, spec 10 `/api/events`).
 *
 * The event stream tells at once; a poll each minute and on focus covers proxies that cut streams. The feed owns three facts
 * the page shows: the version (it keys every query), whether the service can be reached, and whether it still waits for its
 * first snapshot.
 */
import type { Answer, Client } from './client';
import { ApiError, isNoSnapshot, needsLogin } from './errors';
import type { components } from './schema.gen';

export type Snapshot = Answer<'/api/snapshot'>;
type SnapshotEvent = components['schemas']['SnapshotEvent'];

export interface FeedState {
  /** Names the snapshot and the rules it is read by; keys every query. Undefined until the service has named one. */
  readonly generation: string | undefined;
  /** Version of the snapshot, as the answers' header names it. */
  readonly version: string | undefined;
  readonly snapshot: Snapshot | undefined;
  /** `waiting`: the service runs but has no snapshot yet. `failed`: it refuses to tell. */
  readonly phase: 'connecting' | 'waiting' | 'ready' | 'failed';
  /** Why the last check failed, when it did. */
  readonly error: ApiError | undefined;
  /** The service answers only to those who have logged in, and this browser has not. */
  readonly needsLogin: boolean;
  /** Since when the service cannot be reached (Unix ms); undefined while it can. */
  readonly lostSince: number | undefined;
}

export interface FeedOptions {
  openEvents?: (url: string) => EventSource;
  now?: () => number;
}

const POLL_MS = 60_000;
/** While the service is lost or has no snapshot, someone is probably looking at the screen. */
const EAGER_POLL_MS = 3_000;
const REOPEN_MS = 10_000;
/** `EventSource.CLOSED`. */
const STREAM_CLOSED = 2;

export class SnapshotFeed {
  readonly #client: Client;
  readonly #openEvents: (url: string) => EventSource;
  readonly #now: () => number;
  readonly #listeners = new Set<() => void>();
  #state: FeedState = {
    generation: undefined,
    version: undefined,
    snapshot: undefined,
    phase: 'connecting',
    error: undefined,
    needsLogin: false,
    lostSince: undefined,
  };
  #events: EventSource | undefined;
  #request: AbortController | undefined;
  #pollTimer: ReturnType<typeof setTimeout> | undefined;
  #reopenTimer: ReturnType<typeof setTimeout> | undefined;
  #running = false;

  constructor(client: Client, options: FeedOptions = {}) {
    this.#client = client;
    this.#openEvents = options.openEvents ?? ((url) => new EventSource(url));
    this.#now = options.now ?? Date.now;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly state = (): FeedState => this.#state;

  /** Returns the function that stops it. */
  start(): () => void {
    this.#running = true;
    this.#client.observe({
      reached: (version) => {
        // A data answer from another snapshot than the one we know: the poll would notice it up to a minute later.
        const isNews = version !== null && version !== '' && version !== this.#state.version;
        if ((isNews || this.#state.lostSince !== undefined) && !this.#request) this.check();
      },
      unreachable: () => this.#lost(),
      // A session may end while the page is open.
      refused: () => {
        if (!this.#request && !this.#state.needsLogin) this.check();
      },
    });
    const onVisibility = () => {
      if (document.visibilityState === 'visible') {
        this.check();
        this.#listen();
      } else {
        // A browser keeps few connections to one server: tabs in the background must not use them up. They still poll.
        this.#hangUp();
      }
    };
    window.addEventListener('focus', this.check);
    window.addEventListener('online', this.check);
    document.addEventListener('visibilitychange', onVisibility);
    this.check();
    if (document.visibilityState === 'visible') this.#listen();
    return () => {
      this.#running = false;
      window.removeEventListener('focus', this.check);
      window.removeEventListener('online', this.check);
      document.removeEventListener('visibilitychange', onVisibility);
      clearTimeout(this.#pollTimer);
      this.#request?.abort();
      this.#request = undefined;
      this.#hangUp();
      this.#client.observe(undefined);
    };
  }

  /** Asks now. Only the answer to the latest question counts; an older one under way is dropped. */
  readonly check = (): void => {
    clearTimeout(this.#pollTimer);
    this.#request?.abort();
    const request = new AbortController();
    this.#request = request;
    this.#client.get('/api/snapshot', { signal: request.signal }).then(
      (snapshot) => {
        if (this.#request !== request) return;
        this.#request = undefined;
        const wasOut = this.#state.needsLogin;
        this.#set({
          generation: snapshot.generation,
          version: snapshot.version,
          snapshot,
          phase: 'ready',
          error: undefined,
          needsLogin: false,
          lostSince: undefined,
        });
        this.#schedule();
        if (wasOut && document.visibilityState === 'visible') this.#listen();
      },
      (error: unknown) => {
        if (this.#request !== request) return;
        this.#request = undefined;
        this.#failed(error);
        this.#schedule();
      },
    );
  };

  #failed(error: unknown): void {
    const failure = error instanceof ApiError ? error : new ApiError('content', 0, String(error));
    if (failure.kind === 'network') {
      this.#lost();
      return;
    }
    const isFirst = this.#state.generation === undefined;
    const isOut = needsLogin(failure);
    const wasOut = this.#state.needsLogin;
    this.#set({
      ...this.#state,
      error: failure,
      needsLogin: isOut,
      lostSince: undefined,
      phase: isFirst ? (isNoSnapshot(failure) ? 'waiting' : 'failed') : this.#state.phase,
    });
    if (isOut) this.#hangUp();
    else if (wasOut && document.visibilityState === 'visible') this.#listen();
  }

  #lost(): void {
    if (this.#state.lostSince !== undefined) return;
    this.#set({ ...this.#state, lostSince: this.#now() });
    // The stream may still look open; the poll now decides when the service is back.
    this.#schedule();
  }

  #schedule(): void {
    clearTimeout(this.#pollTimer);
    if (!this.#running) return;
    const { phase, lostSince, needsLogin: isOut } = this.#state;
    const calm = (phase === 'ready' || isOut) && lostSince === undefined;
    this.#pollTimer = setTimeout(this.check, calm ? POLL_MS : EAGER_POLL_MS);
  }

  #hangUp(): void {
    clearTimeout(this.#reopenTimer);
    this.#events?.close();
    this.#events = undefined;
  }

  #listen(): void {
    this.#hangUp();
    const events = this.#openEvents(this.#client.url('/events'));
    this.#events = events;
    events.addEventListener('snapshot', (event) => {
      const news = parseEvent((event as MessageEvent<string>).data);
      if (!news || news.generation === this.#state.generation) return;
      // The generation first: queries refetch at once, the badge's details follow.
      this.#set({
        ...this.#state,
        generation: news.generation,
        version: news.version,
        phase: 'ready',
        error: undefined,
        needsLogin: false,
        lostSince: undefined,
      });
      this.check();
    });
    events.addEventListener('error', () => {
      if (this.#running && !this.#request) this.check();
      // The browser reconnects by itself unless the answer was no stream at all.
      if (events.readyState !== STREAM_CLOSED || !this.#running) return;
      clearTimeout(this.#reopenTimer);
      this.#reopenTimer = setTimeout(() => this.#listen(), REOPEN_MS);
    });
  }

  #set(next: FeedState): void {
    this.#state = next;
    for (const listener of this.#listeners) listener();
  }
}

function parseEvent(data: string): SnapshotEvent | undefined {
  try {
    const parsed = JSON.parse(data) as Partial<SnapshotEvent> | null;
    return parsed?.generation && parsed.version ? (parsed as SnapshotEvent) : undefined;
  } catch {
    // A newer service may say more than this page understands; the poll still tells the version.
    return undefined;
  }
}
