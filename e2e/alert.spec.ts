import AxeBuilder from '@axe-core/playwright';
import { expect, otherBrowser, signIn, test } from './harness/test.ts';

test('a critical alert is on every page, in the title, and spoken', async ({ page }) => {
  await signIn(page, 'attending');
  const bar = page.getByRole('region', { name: 'Alert', exact: true });
  await expect(bar).toContainText('Intracranial haemorrhage');
  await expect(bar).toContainText('MRN');
  await expect(page).toHaveTitle(/^\(\d+\) ▲ Critical · Readroom$/);
  await expect(page.getByRole('alert').filter({ hasText: 'critical alert: Intracranial haemorrhage' })).toHaveCount(1);
  await page.keyboard.press('g');
  await page.keyboard.press('a');
  await expect(page).toHaveURL(/\/alerts$/);
  await expect(bar).toBeVisible();
});

test('the page asks for one click when the browser blocks sound, then the tone is played to its end', async ({ page }) => {
  await signIn(page, 'attending');
  const enable = page.getByRole('button', { name: 'Click to enable sound' });
  const sound = page.getByRole('button', { name: 'Alert sound' });
  await expect(enable.or(sound)).toBeVisible();
  if (await enable.isVisible()) await enable.click();
  await sound.click();
  await page.getByRole('menuitem', { name: 'Test the critical tone' }).click();
  await expect(page.getByText('The critical tone was played', { exact: true })).toBeVisible();
});

test('an alert is acknowledged by name, with who was told; it is gone from every screen and stands in the history', async ({ page, browser }) => {
  await signIn(page, 'attending', '/alerts');
  const other = await otherBrowser(browser, 'resident', '/alerts');
  const open = page.getByRole('region', { name: 'Open alerts' }).getByRole('listitem');
  await expect(open.first()).toBeVisible();
  const count = await open.count();
  await open.last().getByRole('button', { name: /Acknowledge/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Acknowledge alert' });
  await dialog.getByText('By phone').click();
  await dialog.getByLabel('Told to').fill('Dr Referrer');
  await dialog.getByLabel('They read the result back').check();
  await dialog.getByRole('button', { name: 'Acknowledge', exact: true }).click();
  await expect(dialog).toHaveCount(0);
  await expect(open).toHaveCount(count - 1);
  await expect(other.page.getByRole('region', { name: 'Open alerts' }).getByRole('listitem')).toHaveCount(count - 1);
  const history = other.page.getByRole('region', { name: 'Acknowledged' });
  await expect(history).toContainText('Dr Referrer, by phone');
  await expect(history).toContainText('read back');
  await other.context.close();
});

test('the alerts page has no barrier that axe knows', async ({ page }) => {
  await signIn(page, 'attending', '/alerts');
  await expect(page.getByRole('heading', { name: 'Open alerts' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Acknowledged' })).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
});
