import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { dealGrid, findTrail, items, openTrail, watch } from './support';

const SWAP = process.env.E2E_SWAP_CMD;

/** As the table prints it: 억 with two decimals, a dash for nothing. */
function eok(won: number | null): string {
  return won ? (won / 1e8).toFixed(2).replace('-', '−') : '–';
}

if (SWAP) {
  test('an open page shows a new snapshot without reload', async ({ page, request }) => {
    test.setTimeout(180_000);
    const clean = watch(page);
    const trail = await findTrail(request);
    await openTrail(page, trail);
    await page.locator('button[data-tone]').click();
    const info = page.getByRole('dialog', { name: '스냅샷 정보' });
    const before = ((await (await request.get('/api/snapshot')).json()) as { version: string }).version;
    await expect(info).toContainText(before);

    await page.evaluate(() => {
      (window as unknown as { stayed: boolean }).stayed = true;
    });
    let navigations = 0;
    page.on('framenavigated', () => {
      navigations += 1;
    });
    const { hash } = new URL(page.url());

    await promisify(execFile)('sh', ['-c', SWAP], { timeout: 120_000 });

    await expect(async () => {
      const { version } = (await (await request.get('/api/snapshot')).json()) as { version: string };
      expect(version).not.toBe(before);
      await expect(info).toContainText(version, { timeout: 1000 });
    }).toPass({ timeout: 60_000 });
    await expect(page.getByText('새 스냅샷 반영')).toBeVisible();

    type Row = { name: string; amount: number | null; expected_amount: number | null };
    await expect(async () => {
      const now = await items<Row>(request, `/api/people/${trail.person.id}/deals`);
      const rows = dealGrid(page).locator('tbody tr[data-i]');
      await expect(rows).toHaveCount(now.length, { timeout: 1000 });
      const shown = await rows.evaluateAll((all) =>
        all.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent)),
      );
      expect(shown.map((cells) => [cells[1], cells[3], cells[4]])).toEqual(
        now.map((deal) => [deal.name, eok(deal.amount), eok(deal.expected_amount)]),
      );
    }).toPass({ timeout: 30_000 });

    expect(await page.evaluate(() => (window as unknown as { stayed?: boolean }).stayed)).toBe(true);
    expect(navigations).toBe(0);
    expect(new URL(page.url()).hash).toBe(hash);
    clean();
  });
}
