import { expect, test } from '@playwright/test';
import { dealGrid, findTrail, openTrail, orgList, pane, peopleGrid } from './support';

const problem = (status: number, kind: string, detail: string) => ({
  status,
  contentType: 'application/problem+json',
  body: JSON.stringify({
    type: `urn:salesmap-mirror:problem:${kind}`,
    title: 'Error',
    status,
    detail,
    request_id: 'r1',
  }),
});

test('a failing pane says so beside working ones, and retries', async ({ page, request }) => {
  const trail = await findTrail(request);
  await page.route('**/api/people/*/deals', (route) => route.fulfill(problem(500, 'internal', '내부 오류')));
  await page.goto(`/#org-view?size=전체&org=${trail.org.id}&person=${trail.person.id}`);
  const deals = pane(page, '딜').first();
  await expect(deals.getByRole('alert')).toContainText('딜을 불러오지 못했습니다. 내부 오류 (500)');
  await expect(peopleGrid(page).getByRole('row', { selected: true })).toContainText(trail.person.name);
  await page.unroute('**/api/people/*/deals');
  await deals.getByRole('button', { name: '다시 시도' }).click();
  await expect(dealGrid(page).locator('tbody tr[data-i]')).toHaveCount(trail.deals.length);
});

test('empty lists say what is empty', async ({ page, request }) => {
  const trail = await findTrail(request);
  const nothing = { contentType: 'application/json', body: '{"items":[]}' };
  await page.route('**/api/orgs/*/people', (route) => route.fulfill(nothing));
  await page.route('**/api/orgs/*/memos*', (route) => route.fulfill(nothing));
  await page.goto(`/#org-view?size=전체&org=${trail.org.id}`);
  await expect(page.getByText('이 회사에 등록된 사람이 없습니다.')).toBeVisible();
  await expect(page.getByText('회사에 남긴 메모가 없습니다.')).toBeVisible();
  await page.getByRole('searchbox').fill('이런이름은없다');
  await expect(page.getByText('‘이런이름은없다’에 맞는 회사가 없습니다.')).toBeVisible();
  await page.getByRole('button', { name: '검색 지우기' }).click();
  await expect(orgList(page).getByRole('option').first()).toBeVisible();
});

test('loading shows rows of the real shape', async ({ page, request }) => {
  const trail = await findTrail(request);
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/api/orgs/*/people', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(`/#org-view?size=전체&org=${trail.org.id}`);
  await expect(peopleGrid(page)).toHaveAttribute('aria-busy', 'true');
  await expect(peopleGrid(page).getByRole('columnheader').first()).toBeVisible();
  release();
  await expect(peopleGrid(page)).toHaveAttribute('aria-busy', 'false');
});

test('before the first snapshot the page waits, and goes on by itself', async ({ page }) => {
  await page.route('**/api/**', (route) => route.fulfill(problem(500, 'no-snapshot', 'no snapshot yet')));
  await page.goto('/');
  await expect(page.getByText('첫 스냅샷을 기다리는 중입니다')).toBeVisible();
  await page.unroute('**/api/**');
  await expect(orgList(page).getByRole('option').first()).toBeVisible();
});

test('a lost connection leaves the data readable, and comes back', async ({ page, request }) => {
  const trail = await findTrail(request);
  await openTrail(page, trail);
  await page.route('**/api/**', (route) => route.abort());
  await page.evaluate(() => window.dispatchEvent(new Event('focus')));
  const banner = page.getByRole('alert').filter({ hasText: '서버에 연결되지 않습니다' });
  await expect(banner).toContainText(/\d\d:\d\d부터/);
  await expect(dealGrid(page).getByRole('row', { selected: true })).toContainText(trail.deal.name);
  await page.unroute('**/api/**');
  await banner.getByRole('button', { name: '지금 다시 연결' }).click();
  await expect(banner).toBeHidden();
});

test('CRM text is never markup', async ({ page, request }) => {
  const trail = await findTrail(request);
  const attack = '<img src=x onerror="window.hacked=1"><b>굵게</b>';
  const memo = {
    id: 'm1',
    text: attack,
    htmlBody: `<p>본문</p>${attack}<script>window.hacked=1</script><a href="javascript:window.hacked=1">링크</a>`,
    ownerId: 'u',
    ownerName: attack,
    createdAt: '2026-02-05T09:54:31.879Z',
    updatedAt: null,
  };
  await page.route('**/api/orgs/*/memos*', (route) =>
    route.fulfill({ contentType: 'application/json', body: JSON.stringify({ items: [memo] }) }),
  );
  await page.route('**/api/orgs?*', async (route) => {
    const response = await route.fetch();
    const body = (await response.json()) as { items: { name: string }[] };
    const items = body.items.map((org) => ({ ...org, name: attack }));
    await route.fulfill({ response, body: JSON.stringify({ items }) });
  });
  await page.goto(`/#org-view?size=전체&org=${trail.org.id}&memo=m1`);
  await expect(orgList(page).getByRole('option').first()).toContainText('<b>굵게</b>');
  const body = page.locator('[data-memo-body="html"]');
  await expect(body).toContainText('본문');
  await expect(body.locator('img, script')).toHaveCount(0);
  await expect(body.locator('a')).not.toHaveAttribute('href', /.*/);
  expect(await page.evaluate(() => (window as unknown as { hacked?: number }).hacked)).toBeUndefined();
});

test('the navigation folds with the window', async ({ page }) => {
  await page.goto('/#org-view');
  const nav = page.getByRole('navigation', { name: '대시보드' });
  await expect(nav).toBeVisible();
  await page.setViewportSize({ width: 1000, height: 800 });
  await expect(nav).toBeHidden();
  await page.getByRole('button', { name: '분석 메뉴' }).click();
  await expect(page.getByRole('dialog', { name: '메뉴' })).toBeVisible();
  await page
    .getByRole('dialog', { name: '메뉴' })
    .getByRole('link', { name: /StatePath/ })
    .click();
  await expect(page.getByRole('dialog', { name: '메뉴' })).toBeHidden();
  await expect(page.getByRole('heading', { level: 1, name: /StatePath/ })).toBeVisible();
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole('button', { name: '메뉴 열기' }).click();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog', { name: '메뉴' })).toBeHidden();
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
});

test('paper gets the table, not the frame', async ({ page, request }) => {
  const trail = await findTrail(request);
  await openTrail(page, trail);
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByRole('navigation', { name: '대시보드' })).toBeHidden();
  await expect(page.getByRole('banner')).toBeHidden();
  await expect(page.getByText(/^스냅샷: /)).toBeVisible();
  await expect(dealGrid(page)).toBeVisible();
});
