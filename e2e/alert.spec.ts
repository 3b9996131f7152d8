import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
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

test('[AL9] a critical alert one reader takes stays in sight of all until another records who was told; a correction is kept beside what it corrects', async ({ page, browser }) => {
  await signIn(page, 'attending', '/alerts');
  const other = await otherBrowser(browser, 'resident', '/alerts');
  const openOf = (where: Page) => where.getByRole('region', { name: 'Open alerts' }).getByRole('listitem');
  const waitingOf = (where: Page) => where.getByRole('region', { name: 'Acknowledged, not yet communicated' }).getByRole('listitem');
  const bleeds = openOf(page).filter({ hasText: 'Intracranial haemorrhage' });
  await expect(bleeds.first()).toBeVisible();
  const count = await openOf(page).count();
  await bleeds.first().getByRole('button', { name: /Acknowledge/ }).click();
  const acknowledge = page.getByRole('dialog', { name: 'Acknowledge alert' });
  expect((await new AxeBuilder({ page }).include('[role="dialog"]').analyze()).violations).toEqual([]);
  await page.keyboard.press('Enter');
  await expect(acknowledge).toHaveCount(0);
  for (const where of [page, other.page]) {
    await expect(openOf(where)).toHaveCount(count - 1);
    await expect(waitingOf(where)).toHaveCount(1);
  }
  await waitingOf(other.page).getByRole('link', { name: 'Open study' }).click();
  await expect(other.page.getByRole('button', { name: 'Alert not yet communicated' })).toBeVisible();

  // By keys alone, from the study.
  await other.page.keyboard.press('Shift+A');
  const record = other.page.getByRole('dialog', { name: 'Record the communication' });
  await expect(record.getByLabel('Told to (name)')).toBeFocused();
  expect((await new AxeBuilder({ page: other.page }).include('[role="dialog"]').analyze()).violations).toEqual([]);
  await other.page.keyboard.press('Enter');
  await expect(record.getByText('Type the name of the person who was told.')).toBeVisible();
  await other.page.keyboard.type('Dr Refferer');
  for (const label of ['Covering clinician', 'By telephone', 'Yes']) {
    await record.getByLabel(label, { exact: true }).focus();
    await other.page.keyboard.press('Space');
  }
  await other.page.keyboard.press('Enter');
  await expect(record).toHaveCount(0);
  await expect(waitingOf(page)).toHaveCount(0);
  const history = page.getByRole('region', { name: 'Past alerts' });
  await expect(history).toContainText('Dr Refferer (covering clinician), by telephone');

  // The other reader corrects it; the panel of the first one changes by itself.
  await other.page.getByRole('button', { name: 'Alerts', exact: true }).click();
  const panel = other.page.getByRole('dialog', { name: 'Alerts of this study' });
  await expect(panel.getByRole('listitem').filter({ hasText: 'Dr Refferer' }).last()).toBeVisible();
  await history.getByRole('link', { name: /Intracranial haemorrhage/ }).first().click();
  await page.getByRole('button', { name: 'Alerts', exact: true }).click();
  await page.getByRole('button', { name: 'Correct' }).click();
  const correct = page.getByRole('dialog', { name: 'Correct the communication' });
  await correct.getByLabel('Told to (name)').fill('Dr Referrer');
  await correct.getByRole('button', { name: 'Record the correction' }).click();
  await expect(correct).toHaveCount(0);
  await expect(panel).toContainText('Correction: Dr Referrer (covering clinician)');
  await expect(panel).toContainText('corrected since');
  await other.context.close();
});

test('the alerts page has no barrier that axe knows', async ({ page }) => {
  await signIn(page, 'attending', '/alerts');
  await expect(page.getByRole('heading', { name: 'Open alerts' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Past alerts' })).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
});
