import { expect, test } from '@playwright/test';
import { dealGrid, findTrail, hashParams, openTrail, orgList, pane, peopleGrid, watch } from './support';

test.describe('viewer', () => {
  test('goes from company to person, deal and memo, and the address restores it', async ({
    page,
    request,
  }) => {
    const clean = watch(page);
    const trail = await findTrail(request);
    await page.goto('/');
    await expect(page).toHaveURL(/#org-view$/);
    await expect(orgList(page).getByRole('option').first()).toBeVisible();

    await page.getByRole('combobox', { name: '기업 규모' }).selectOption('전체');
    await page.getByRole('searchbox', { name: '회사 이름이나 ID' }).fill(trail.org.name);
    await page.getByRole('button', { name: '검색', exact: true }).click();
    await orgList(page).getByRole('option').filter({ hasText: trail.org.name }).first().click();
    await expect(page.getByRole('heading', { name: trail.org.name, exact: true })).toBeVisible();

    await peopleGrid(page).getByRole('gridcell', { name: trail.person.name, exact: true }).click();
    await dealGrid(page).getByRole('gridcell', { name: trail.deal.name, exact: true }).click();
    await expect(dealGrid(page).getByRole('row', { selected: true })).toContainText(trail.deal.name);
    await expect(page.getByRole('navigation', { name: '선택 경로' })).toHaveText(
      `${trail.org.name}›${trail.person.name}›${trail.deal.name}`,
    );
    const chosen = hashParams(page);
    expect(chosen).toMatchObject({ org: trail.org.id, person: trail.person.id, deal: trail.deal.id });

    const memo = pane(page, '딜 메모').getByRole('button').first();
    const sheet = page.getByRole('dialog', { name: /^딜 메모/ });
    await memo.click();
    await expect(sheet.locator('[data-memo-body]')).not.toBeEmpty();
    expect(hashParams(page).memo).toBe(trail.memos[0]?.id);
    await page.keyboard.press('Escape');
    await expect(sheet).toBeHidden();
    await expect(memo).toBeFocused();
    expect(hashParams(page)).toEqual(chosen);

    await memo.click();
    await expect(sheet).toBeVisible();
    await page.goBack();
    await expect(sheet).toBeHidden();
    expect(hashParams(page)).toEqual(chosen);

    await page.goForward();
    await expect(sheet).toBeVisible();
    await page.reload();
    await expect(sheet).toBeVisible();
    await page.mouse.click(300, 700);
    await expect(sheet).toBeHidden();
    await expect(dealGrid(page).getByRole('row', { selected: true })).toContainText(trail.deal.name);
    await expect(page.getByRole('searchbox')).toHaveValue(trail.org.name);
    clean();
  });

  test('steps back and forward through what was selected', async ({ page, request }) => {
    const trail = await findTrail(request);
    await openTrail(page, trail);
    const other = trail.deals.find((deal) => deal.id !== trail.deal.id);
    await dealGrid(page).locator('tbody tr', { hasNotText: trail.deal.name }).first().click();
    expect(hashParams(page).deal).not.toBe(trail.deal.id);
    expect(other).toBeDefined();
    await page.goBack();
    await expect(dealGrid(page).getByRole('row', { selected: true })).toContainText(trail.deal.name);
    await page.goForward();
    await expect(dealGrid(page).getByRole('row', { selected: true })).not.toContainText(trail.deal.name);
  });

  test('works with the keyboard alone', async ({ page, request }) => {
    const trail = await findTrail(request);
    await page.goto('/#org-view?size=전체');
    await expect(orgList(page).getByRole('option').first()).toBeVisible();
    await page.keyboard.press('/');
    await expect(page.getByRole('searchbox')).toBeFocused();
    await page.keyboard.insertText(trail.org.name);
    await page.keyboard.press('Enter');
    await expect(orgList(page).getByRole('option').first()).toContainText(trail.org.name);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await expect(orgList(page)).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: trail.org.name, exact: true })).toBeVisible();

    await expect(peopleGrid(page).locator('tbody tr[data-i]').first()).toBeVisible();
    await peopleGrid(page).locator('td[tabindex="0"]').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect(peopleGrid(page).locator('tr[data-i="1"]')).toHaveAttribute('aria-selected', 'true');
    const focused = page.locator('td:focus');
    await expect(focused).toHaveAttribute('data-r', '1');
    const outline = await focused.evaluate((cell) => getComputedStyle(cell).outlineStyle);
    expect(outline).toBe('solid');

    await page.keyboard.press('Control+k');
    await page.keyboard.insertText('체결액 순위');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1, name: /체결액 순위/ })).toBeVisible();
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog', { name: '단축키' })).toBeVisible();
    await page.keyboard.press('Escape');
    await page.goBack();
    await expect(page.getByRole('heading', { name: trail.org.name, exact: true })).toBeVisible();
  });

  test('copies dragged cells as raw numbers', async ({ page, request, context }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const trail = await findTrail(request);
    await openTrail(page, trail);
    const row = dealGrid(page).locator('tbody tr', { hasText: trail.deal.name }).first();
    const name = row.locator('td[data-c="1"]');
    await name.hover();
    await page.mouse.down();
    await row.locator('td[data-c="3"]').hover();
    await page.mouse.up();
    await page.keyboard.press('Control+c');
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    const cells = copied.split('\t');
    expect(cells[0]).toBe(trail.deal.name);
    expect(Number(cells[2])).toBe(trail.deal.amount);
  });

  test('exports a table with its header block', async ({ page, request }) => {
    const trail = await findTrail(request);
    await openTrail(page, trail);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: '딜 CSV' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^딜_.*\.csv$/);
    const stream = await download.createReadStream();
    let text = '';
    for await (const chunk of stream) text += chunk;
    expect(text).toContain('스냅샷,');
    expect(text).toContain('금액(원)');
    expect(text).toContain(String(trail.deal.amount));
  });

  test('scrolls to the end of all companies', async ({ page, request }) => {
    const all: string[] = [];
    for (;;) {
      const response = await request.get(`/api/orgs?size=전체&limit=200&offset=${all.length}`);
      const { items } = (await response.json()) as { items: { id: string }[] };
      all.push(...items.map(({ id }) => id));
      if (items.length < 200) break;
    }
    await page.goto('/#org-view?size=전체');
    await expect(orgList(page).getByRole('option').first()).toBeVisible();
    await orgList(page).focus();
    await expect(async () => {
      await page.keyboard.press('End');
      await expect(orgList(page).locator(`[aria-posinset="${all.length}"]`)).toBeVisible({ timeout: 1000 });
    }).toPass();
    expect(await orgList(page).getByRole('option').count()).toBeLessThan(60);
  });
});

test('an unknown address becomes the default screen', async ({ page }) => {
  await page.goto('/#no-such-screen?x=1');
  await expect(page).toHaveURL(/#org-view$/);
  await page.goto('/org_tables_v2.html#rank-2025');
  await expect(page.getByText('다음 버전에서 제공됩니다')).toBeVisible();
  await page.getByRole('link', { name: '조직/People/Deal 뷰어 열기' }).click();
  await expect(orgList(page)).toBeVisible();
});
