/** The one-file build, opened as a file: its API is http://localhost:8000/api, led to BASE_URL here. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@playwright/test';
import { dealGrid, findTrail, orgList, pane } from './support';

const FILE = process.env.E2E_SINGLE;

if (FILE) {
  test('the single file works without a server of its own', async ({ page, request, baseURL }) => {
    const failures: string[] = [];
    page.on('pageerror', (error) => failures.push(error.message));
    const target = new URL(baseURL ?? 'http://localhost:8000');
    if (target.origin !== 'http://localhost:8000') {
      await page.route('http://localhost:8000/**', (route) =>
        route.continue({ url: route.request().url().replace('http://localhost:8000', target.origin) }),
      );
    }
    const trail = await findTrail(request);
    const url = pathToFileURL(resolve(FILE));
    await page.goto(`${url}`);
    await expect(page).toHaveURL(/org_tables_v2\.html#org-view$/);
    await expect(orgList(page).getByRole('option').first()).toBeVisible();
    await page.goto(
      `${url}#org-view?size=전체&org=${trail.org.id}&person=${trail.person.id}&deal=${trail.deal.id}`,
    );
    await expect(dealGrid(page).getByRole('row', { selected: true })).toContainText(trail.deal.name);
    await pane(page, '딜 메모').getByRole('button').first().click();
    await expect(page.locator('[data-memo-body]')).not.toBeEmpty();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog', { name: /^딜 메모/ })).toBeHidden();
    await page.goBack();
    expect(failures).toEqual([]);
  });
}
