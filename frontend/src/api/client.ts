/**
 * The only place that calls `fetch`. Paths, parameters and answers are typed by the generated schema; every failure becomes an
 * {@link ApiError} that a screen can show. Requests carry the caller's AbortSignal; retrying is the query layer's business.
 */
import { ApiError } from './errors';
import type { paths } from './schema.gen';

type JsonOf<Operation> = Operation extends {
  responses: { 200: { content: { 'application/json': infer Body } } };
}
  ? Body
  : never;

/** Paths that answer a GET with JSON. */
export type GetPath = {
  [P in keyof paths]: paths[P] extends { get: infer Operation }
    ? [JsonOf<Operation>] extends [never]
      ? never
      : P
    : never;
}[keyof paths];

export type Answer<P extends GetPath> = paths[P] extends { get: infer Operation } ? JsonOf<Operation> : never;

export type QueryOf<P extends GetPath> = paths[P] extends { get: { parameters: { query?: infer Query } } }
  ? Query
  : never;

export interface RequestOptions<P extends GetPath> {
  /** Values of the `{…}` parts of the path. */
  path?: Readonly<Record<string, string>>;
  query?: QueryOf<P>;
  signal?: AbortSignal | undefined;
}

/** What a request tells about the service itself, beside its answer. */
export interface ClientObserver {
  /** An answer came, from this snapshot version if it belongs to one. */
  reached(version: string | null): void;
  /** No answer came. */
  unreachable(): void;
  /** The service wants a login first. */
  refused(): void;
}

export type Fetch = (input: string, init: RequestInit) => Promise<Response>;

export class Client {
  readonly base: string;
  readonly #fetch: Fetch;
  #observer: ClientObserver | undefined;

  /** @param base API base without a trailing slash, `https://host/api`. */
  constructor(base: string, fetch: Fetch = (input, init) => window.fetch(input, init)) {
    this.base = base;
    this.#fetch = fetch;
  }

  observe(observer: ClientObserver | undefined): void {
    this.#observer = observer;
  }

  get<P extends GetPath>(path: P, options: RequestOptions<P> = {}): Promise<Answer<P>> {
    return this.#json(
      this.url(path, options.path, options.query as object | undefined),
      options.signal,
    ) as Promise<Answer<P>>;
  }

  /** For endpoints that an older service may not have yet: the caller checks the shape itself. */
  getUnchecked(path: string, signal?: AbortSignal): Promise<unknown> {
    return this.#json(this.url(path), signal);
  }

  /** Begins a session; the service keeps it in a cookie that no script can read. */
  async login(token: string): Promise<void> {
    const response = await this.#send(this.url('/login'), {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: ACCEPT },
      body: JSON.stringify({ token }),
    });
    if (!response.ok) throw await problem(response);
  }

  async logout(): Promise<void> {
    const response = await this.#send(this.url('/logout'), { method: 'POST', headers: { accept: ACCEPT } });
    if (!response.ok) throw await problem(response);
  }

  url(path: string, values: Readonly<Record<string, string>> = {}, query?: object): string {
    const filled = path
      .replace(/^\/api(?=\/)/, '')
      .replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''));
    const search = new URLSearchParams();
    for (const [key, value] of Object.entries(query ?? {})) {
      if (value !== undefined && value !== null) search.set(key, String(value));
    }
    const text = search.toString();
    return `${this.base}${filled}${text === '' ? '' : `?${text}`}`;
  }

  async #json(url: string, signal?: AbortSignal): Promise<unknown> {
    const response = await this.#send(url, { headers: { accept: ACCEPT }, ...(signal ? { signal } : {}) });
    this.#observer?.reached(response.headers.get('x-snapshot-version'));
    if (response.status === 401) this.#observer?.refused();
    if (!response.ok) throw await problem(response);
    if (!isJson(response)) {
      const type = response.headers.get('content-type') ?? '';
      throw new ApiError('content', response.status, `unexpected content type ${type || '(none)'}`);
    }
    try {
      return await response.json();
    } catch (cause) {
      if (signal?.aborted) throw cause;
      throw new ApiError('content', response.status, 'the answer is not complete JSON', { cause });
    }
  }

  async #send(url: string, init: RequestInit): Promise<Response> {
    try {
      return await this.#fetch(url, init);
    } catch (cause) {
      if (init.signal?.aborted) throw cause;
      this.#observer?.unreachable();
      throw new ApiError('network', 0, 'no answer', { cause });
    }
  }
}

const ACCEPT = 'application/json, application/problem+json';

function isJson(response: Response): boolean {
  return /^application\/(?:[\w.-]+\+)?json\b/i.test(response.headers.get('content-type') ?? '');
}

/** `detail` of a problem document; lists of messages and foreign pages become the status text. */
async function problem(response: Response): Promise<ApiError> {
  const fallback = response.statusText || 'error';
  const body: unknown = isJson(response) ? await response.json().catch(() => null) : null;
  if (typeof body !== 'object' || body === null) return new ApiError('http', response.status, fallback);
  const { detail, title, type } = body as Record<string, unknown>;
  const text = [detail, title].find((part) => typeof part === 'string' && part !== '');
  return new ApiError(
    'http',
    response.status,
    typeof text === 'string' ? text : fallback,
    typeof type === 'string' ? { type } : {},
  );
}
