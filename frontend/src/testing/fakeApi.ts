/**
 * A small stand-in of the service for component tests: invented data, one generation at a time, faults on demand. It answers
 * through the client's own fetch seam, so everything above it is the real thing.
 */
import { Client } from '@/api/client';
import { SnapshotFeed } from '@/api/feed';

type Json = unknown;

export class FakeEvents extends EventTarget implements Pick<EventSource, 'readyState' | 'close'> {
  readyState: number = 1;
  close(): void {
    this.readyState = 2;
  }
}

const ORGS = [
  {
    id: 'o1',
    name: '가람상사',
    size: '대기업',
    team: [{ id: 't1', name: '1팀' }],
    owner: { id: 'u1', name: '김하나' },
  },
  { id: 'o2', name: '나루전자', size: '대기업', team: '미배정', owner: null },
  { id: 'o3', name: '다온소재', size: '중견기업', team: [], owner: [{ name: '박둘' }, { name: '최셋' }] },
];

const PERSON = {
  organizationId: 'o1',
  upper_org: '인재개발실',
  team_signature: '교육팀',
  title_signature: '책임',
  edu_area: '전사 교육',
  email: 'a@gar.example',
  phone: '010-0000-1111',
};

const PEOPLE = [
  { ...PERSON, id: 'p1', name: '강무딜', deal_count: 0 },
  { ...PERSON, id: 'p2', name: '노유딜', deal_count: 2 },
  { ...PERSON, id: 'p3', name: '도본부', upper_org: null, deal_count: 1 },
];

const DEAL = {
  organizationId: 'o1',
  ownerName: '김하나',
  contract_date: '2025-03-01',
  created_at: '2025-01-10T20:00:00.000Z',
};

const MEMO = {
  text: '통화함<br>다음 주 회신',
  htmlBody: null,
  ownerId: 'u1',
  ownerName: '김하나',
  updatedAt: null,
};

export class FakeApi {
  /** Counts up at each swap; the amounts of the deals follow it. */
  generation = 1;
  hasSnapshot = true;
  isDown = false;
  /** Paths (without query) that answer 500. */
  readonly broken = new Set<string>();
  /** When set, the service wants a login with it. */
  token: string | undefined;
  /** The browser's session cookie, so to speak. */
  hasSession = false;
  /** Too many logins failed. */
  limited = false;
  readonly requests: string[] = [];
  readonly events: FakeEvents[] = [];
  readonly client: Client;
  readonly feed: SnapshotFeed;
  /** The workspace configuration; none → 404, as from a service without the endpoint. */
  workspace: Json;
  /** Replaces the organisation list. */
  orgs: readonly Json[] = ORGS;

  constructor(origin = 'http://api.example') {
    this.client = new Client(`${origin}/api`, (input, init) => this.#answer(input, init));
    this.feed = new SnapshotFeed(this.client, {
      openEvents: () => {
        const events = new FakeEvents();
        this.events.push(events);
        return events as unknown as EventSource;
      },
    });
  }

  get version(): string {
    return `db_mtime:${1000 + this.generation}`;
  }

  /** Another snapshot goes live and the event stream says so. */
  swap(): void {
    this.generation += 1;
    this.announce();
  }

  announce(): void {
    const data = JSON.stringify({
      version: this.version,
      generation: `g${this.generation}`,
      run_tag: null,
      captured_at: null,
    });
    this.events.at(-1)?.dispatchEvent(new MessageEvent('snapshot', { data }));
  }

  async #answer(input: string, init: RequestInit): Promise<Response> {
    const url = new URL(input);
    const path = url.pathname.replace(/^\/api/, '');
    this.requests.push(`${path}${decodeURIComponent(url.search)}`);
    await Promise.resolve();
    if (init.signal?.aborted) throw new DOMException('aborted', 'AbortError');
    if (this.isDown) throw new TypeError('fetch failed');
    if (path === '/login') return this.#login(String(init.body));
    if (path === '/logout') {
      this.hasSession = false;
      return new Response(null, { status: 204 });
    }
    if (this.token && !this.hasSession) return this.#problem(401, 'unauthorized', 'a token is needed');
    if (path === '/workspace') {
      return this.workspace ? this.#json(200, this.workspace) : this.#problem(404, 'not-found', 'Not Found');
    }
    if (!this.hasSnapshot) return this.#problem(500, 'no-snapshot', 'no snapshot yet');
    if (this.broken.has(path)) return this.#problem(500, 'internal', '내부 오류');
    const body = this.#body(path, url.searchParams);
    return body === undefined
      ? this.#problem(404, 'not-found', 'Organization not found')
      : this.#json(200, body);
  }

  #login(body: string): Response {
    if (this.limited) return this.#problem(429, 'too-many-attempts', 'later');
    if ((JSON.parse(body) as { token: string }).token !== this.token) {
      return this.#problem(401, 'unauthorized', 'not known');
    }
    this.hasSession = true;
    return this.#json(200, { name: 'desk', expires_at: '2026-02-12T00:00:00Z' });
  }

  #body(path: string, query: URLSearchParams): Json {
    if (path === '/snapshot') return this.#snapshot();
    if (path === '/sizes') return { sizes: ['대기업', '중견기업'] };
    if (path === '/orgs') {
      const size = query.get('size') ?? '전체';
      const search = query.get('search') ?? '';
      const offset = Number(query.get('offset') ?? 0);
      const items = (this.orgs as typeof ORGS).filter(
        (org) =>
          (size === '전체' || org.size === size) && (org.name.includes(search) || org.id.includes(search)),
      );
      return { items: items.slice(offset, offset + Number(query.get('limit') ?? 200)) };
    }
    const [, kind, id, list] = path.split('/');
    if (kind === 'orgs' && list === undefined) {
      const item = (this.orgs as typeof ORGS).find((org) => org.id === id);
      return item && { item };
    }
    if (kind === 'orgs' && list === 'people') return { items: id === 'o1' ? PEOPLE : [] };
    if (list === 'memos') {
      return {
        items: id === 'o2' ? [] : [{ ...MEMO, id: `m-${id}`, createdAt: '2026-02-05T09:54:31.879Z' }],
      };
    }
    if (list === 'deals') {
      const deal = (n: number, status: string, amount: number | null) => ({
        ...DEAL,
        id: `d${n}`,
        peopleId: id,
        name: `딜 ${n}`,
        status,
        amount,
        expected_amount: null,
      });
      return {
        items:
          id === 'p1' ? [] : [deal(1, 'Won', 120_000_000 * this.generation), deal(2, 'Lost', 30_000_000)],
      };
    }
    return undefined;
  }

  #snapshot(): Json {
    return {
      version: this.version,
      generation: `g${this.generation}`,
      run_tag: '20260205_030000',
      captured_at: '2026-02-04T18:00:00Z',
      loaded_at: '2026-02-04T18:20:00Z',
      age_seconds: 14_400,
      stale: false,
      stale_after_seconds: 93_600,
      size: 1,
      tables: { organization: 3, deal: 2, run_info: 1 },
      numbers: 'corrected',
      date_mode: 'kst',
      last_run: null,
      rejected: null,
      workspace: null,
      reader: this.token ? 'desk' : null,
    };
  }

  #json(status: number, body: Json, type = 'application/json'): Response {
    return new Response(JSON.stringify(body), {
      status,
      headers: { 'content-type': type, ...(this.hasSnapshot ? { 'x-snapshot-version': this.version } : {}) },
    });
  }

  #problem(status: number, kind: string, detail: string): Response {
    const type = `urn:salesmap-mirror:problem:${kind}`;
    return this.#json(
      status,
      { type, title: 'Error', status, detail, request_id: 'r1' },
      'application/problem+json',
    );
  }
}
