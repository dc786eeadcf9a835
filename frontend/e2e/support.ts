import { type APIRequestContext, expect, type Locator, type Page } from '@playwright/test';

interface Org {
  id: string;
  name: string;
}
interface Person {
  id: string;
  name: string;
  upper_org: string | null;
  deal_count: number;
}
interface Deal {
  id: string;
  name: string;
  amount: number | null;
}
interface Memo {
  id: string;
}

/** A company, a person of it, a deal and its memos: something to click through, whatever the snapshot holds. */
export interface Trail {
  org: Org;
  person: Person;
  deal: Deal;
  deals: readonly Deal[];
  memos: readonly Memo[];
}

export async function items<T>(request: APIRequestContext, path: string): Promise<readonly T[]> {
  const response = await request.get(path);
  expect(response.status(), path).toBe(200);
  return ((await response.json()) as { items: readonly T[] }).items;
}

export async function findTrail(request: APIRequestContext): Promise<Trail> {
  const orgs = await items<Org>(request, '/api/orgs?size=전체&limit=500');
  const findable = orgs.filter(
    ({ name }) =>
      /^[\p{L}\p{N} ]+$/u.test(name) && orgs.filter((other) => other.name.includes(name)).length === 1,
  );
  for (const org of findable.slice(0, 100)) {
    const people = await items<Person>(request, `/api/orgs/${org.id}/people`);
    if (people.length < 2) continue;
    const named = people.filter(({ name }) => people.filter((other) => other.name === name).length === 1);
    for (const person of named.filter((candidate) => candidate.deal_count > 1).slice(0, 8)) {
      const deals = await items<Deal>(request, `/api/people/${person.id}/deals`);
      const deal = deals.find(
        (candidate) =>
          (candidate.amount ?? 0) > 1e7 &&
          deals.filter((other) => other.name === candidate.name).length === 1,
      );
      if (!deal) continue;
      const memos = await items<Memo>(request, `/api/deals/${deal.id}/memos`);
      if (memos.length > 0) return { org, person, deal, deals, memos };
    }
  }
  throw new Error('no company of this snapshot has a person with a deal that has a memo');
}

export const orgList = (page: Page): Locator => page.getByRole('listbox', { name: '회사 목록' });
export const peopleGrid = (page: Page): Locator => page.getByRole('grid', { name: '사람' });
export const dealGrid = (page: Page): Locator => page.getByRole('grid', { name: '딜', exact: true });
export const pane = (page: Page, name: string): Locator =>
  page.getByRole('region', { name: new RegExp(`^${name}`) });

export function hashParams(page: Page): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(new URL(page.url()).hash.split('?')[1] ?? ''));
}

export async function openTrail(page: Page, trail: Trail): Promise<void> {
  const params = new URLSearchParams({
    size: '전체',
    org: trail.org.id,
    person: trail.person.id,
    deal: trail.deal.id,
  });
  await page.goto(`/#org-view?${params}`);
  await expect(dealGrid(page).getByRole('row', { selected: true })).toContainText(trail.deal.name);
}

/** Fails the test on scripts that break, on policy violations, and on any request that leaves the service. */
export function watch(page: Page): () => void {
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(`page error: ${error.message}`));
  page.on('console', (message) => {
    const isMissing = message.text().includes('status of 404');
    if (message.type() === 'error' && !isMissing) problems.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    const isOwn =
      protocol === 'data:' || origin === new URL(page.url()).origin || page.url() === 'about:blank';
    if (!isOwn) problems.push(`foreign request: ${request.url()}`);
  });
  return () => expect(problems).toEqual([]);
}
