import AxeBuilder from '@axe-core/playwright';
import { session } from './harness/rest.ts';
import { expect, otherBrowser, signIn, test } from './harness/test.ts';

test('two readers see one result of a drag, with who, why and until when; of two who move at once the second is told; taken back it is as before', async ({ page, browser, instance }) => {
  const api = await session(instance.url, 'attending');
  const plain = (await api.worklist()).filter((item) => item.tier === 2);
  const [above, moved] = [plain.at(-2)!, plain.at(-1)!];
  await signIn(page, 'resident');
  const other = await otherBrowser(browser, 'attending');
  const row = (where: typeof page) => where.locator(`[data-study-uid="${moved.studyUid}"]`);
  await row(other.page).click();
  await other.page.mouse.move(5, 5);
  await other.page.keyboard.press('Shift+K');
  const place = (await page.locator(`[data-study-uid="${above.studyUid}"]`).boundingBox())!;
  await row(page).hover();
  await page.mouse.down();
  await page.mouse.move(place.x + 200, place.y + place.height - 4, { steps: 4 });
  await page.mouse.move(place.x + 200, place.y + 6, { steps: 4 });
  await expect(page.getByRole('status').filter({ hasText: /^Just above/ })).toBeAttached();
  await page.mouse.up();
  await page.mouse.move(5, 5);
  const dialog = page.getByRole('dialog', { name: /^Move to just above/ });
  await dialog.getByLabel('More (optional)').fill('ward round');
  expect((await new AxeBuilder({ page }).include('[role="dialog"]').analyze()).violations).toEqual([]);
  await page.keyboard.press('Enter');
  await expect(dialog).toHaveCount(0);
  for (const where of [page, other.page]) await expect(row(where)).toContainText(/↑ .+ until \d\d:\d\d: Clinician waits, ward round/);
  await other.page.keyboard.press('Enter');
  await expect(other.page.getByText(/moved this study meanwhile/)).toBeVisible();
  await other.page.keyboard.press('Escape');

  const order = (await api.worklist()).map((item) => item.studyUid);
  expect(order.indexOf(moved.studyUid)).toBe(order.indexOf(above.studyUid) - 1);
  for (const where of [page, other.page]) {
    const shown = async () => where.locator('[data-study-uid]').evaluateAll((rows) => rows.sort((a, b) => Number(a.getAttribute('aria-rowindex')) - Number(b.getAttribute('aria-rowindex'))).map((one) => one.getAttribute('data-study-uid')));
    await where.keyboard.press('.');
    await expect.poll(shown).toEqual(order);
  }
  await other.page.keyboard.press('w');
  await expect(other.page.getByRole('region', { name: 'Why it is here' })).toBeFocused();
  await other.page.keyboard.press('u');
  for (const where of [page, other.page]) await expect(row(where)).not.toContainText('ward round');
  await other.context.close();
});
