/** Pictures of the screens for the README and for our own eyes: both themes, three widths. */
import { expect, type Page, test } from '@playwright/test';
import { findTrail, openTrail, orgList, pane } from './support';

const FOLDER = '../docs/images';
const SIZES = [
  { width: 1440, height: 900 },
  { width: 1920, height: 1080 },
  { width: 390, height: 844 },
] as const;

async function settle(page: Page): Promise<void> {
  await page.mouse.move(0, 0);
  await page.evaluate(async () => {
    await document.fonts.ready;
    (document.activeElement as HTMLElement | null)?.blur();
  });
  await page.waitForFunction(() =>
    document.getAnimations().every((animation) => animation.playState !== 'running'),
  );
}

if (process.env.UPDATE_PICTURES === '1') {
  for (const theme of ['light', 'dark'] as const) {
    for (const size of SIZES) {
      test(`${theme} ${size.width}`, async ({ browser, baseURL, request }) => {
        const isPhone = size.width < 800;
        const context = await browser.newContext({
          viewport: size,
          colorScheme: theme,
          isMobile: isPhone,
          hasTouch: isPhone,
          locale: 'ko-KR',
          timezoneId: 'Asia/Seoul',
          ...(baseURL ? { baseURL } : {}),
        });
        const page = await context.newPage();
        const trail = await findTrail(request);
        const name = (what: string) => `${FOLDER}/${what}-${theme}-${size.width}.png`;
        if (isPhone) {
          await page.goto('/#org-view?size=전체');
          await expect(orgList(page).getByRole('option').first()).toBeVisible();
          await settle(page);
          await page.screenshot({ path: name('viewer-list') });
        }
        await openTrail(page, trail);
        await expect(pane(page, '딜 메모').getByRole('button').first()).toBeVisible();
        await settle(page);
        await page.screenshot({ path: name('viewer') });
        if (size.width === 1440) {
          await pane(page, '딜 메모').getByRole('button').first().click();
          await expect(page.locator('[data-memo-body]')).not.toBeEmpty();
          await settle(page);
          await page.screenshot({ path: name('viewer-memo') });
        }
        await context.close();
      });
    }
  }
}
