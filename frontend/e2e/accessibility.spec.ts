import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { findTrail, openTrail, orgList, pane } from './support';

async function check(page: Page): Promise<void> {
  // Opacity of what has just appeared would count as bad contrast.
  await page.waitForFunction(() =>
    document.getAnimations().every((animation) => animation.playState !== 'running'),
  );
  const { violations } = await new AxeBuilder({ page }).analyze();
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join('\n')}`)).toEqual([]);
}

for (const theme of ['light', 'dark'] as const) {
  test.describe(`${theme} theme`, () => {
    test.use({ colorScheme: theme });

    test('axe finds nothing serious', async ({ page, request }) => {
      const trail = await findTrail(request);
      await page.goto('/#org-view');
      await expect(orgList(page).getByRole('option').first()).toBeVisible();
      await check(page);

      await openTrail(page, trail);
      await expect(pane(page, '딜 메모').getByRole('button').first()).toBeVisible();
      await check(page);

      await page.locator('button[data-tone]').click();
      await expect(page.getByRole('dialog', { name: '스냅샷 정보' })).toBeVisible();
      await check(page);
      await page.keyboard.press('Escape');

      await pane(page, '딜 메모').getByRole('button').first().click();
      await expect(page.locator('[data-memo-body]')).toBeVisible();
      await check(page);
      await page.keyboard.press('Escape');

      await page.keyboard.press('Control+k');
      await page.keyboard.insertText(trail.org.name);
      await expect(page.getByRole('option', { name: new RegExp(trail.org.name) }).last()).toBeVisible();
      await check(page);
      await page.keyboard.press('Escape');

      await page.goto('/#target-2026');
      await expect(page.getByText('다음 버전에서 제공됩니다')).toBeVisible();
      await check(page);
    });

    test('axe finds nothing serious on a phone', async ({ page, request }) => {
      await page.setViewportSize({ width: 390, height: 844 });
      const trail = await findTrail(request);
      await page.goto('/#org-view');
      await expect(orgList(page).getByRole('option').first()).toBeVisible();
      await check(page);
      await openTrail(page, trail);
      await check(page);
    });
  });
}
