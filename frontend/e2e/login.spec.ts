/** A second API over the same snapshot that wants a token: LOCKED_URL, LOCKED_TOKEN. */
import { expect, test } from '@playwright/test';
import { orgList } from './support';

const URL_OF_IT = process.env.LOCKED_URL;
const TOKEN = process.env.LOCKED_TOKEN ?? '';

if (URL_OF_IT) {
  test('a locked dashboard opens with a token, stays open, and locks again', async ({ page }) => {
    await page.goto(URL_OF_IT);
    const token = page.getByLabel('토큰');
    await expect(token).toBeVisible();
    await token.fill('smm_wrong');
    await page.getByRole('button', { name: '로그인' }).click();
    await expect(page.getByText('토큰이 맞지 않습니다.')).toBeVisible();
    expect((await page.request.get(`${URL_OF_IT}/api/orgs`)).status()).toBe(401);

    await token.fill(TOKEN);
    await page.getByRole('button', { name: '로그인' }).click();
    await expect(orgList(page).getByRole('option').first()).toBeVisible();
    await page.reload();
    await expect(orgList(page).getByRole('option').first()).toBeVisible();
    const [session] = await page.context().cookies();
    expect(session).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
    expect(await page.evaluate(() => JSON.stringify([{ ...localStorage }, document.cookie]))).not.toContain(
      TOKEN,
    );

    await page.getByRole('button', { name: /스냅샷/ }).click();
    await page.getByRole('button', { name: '로그아웃' }).click();
    await expect(page.getByLabel('토큰')).toBeVisible();
    expect((await page.request.get(`${URL_OF_IT}/api/orgs`)).status()).toBe(401);
  });
}
