import { readFile } from 'node:fs/promises';
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
  // Two browsers and axe beside a viewer drawn by the processor: minutes where the machine has other work.
  test.setTimeout(420_000);
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
  await page.getByRole('link', { name: 'Past alerts' }).click();
  const row = page.getByRole('row').filter({ hasText: 'Dr Refferer (covering clinician), by telephone' });
  await expect(row).toBeVisible();

  // The other reader corrects it; the panel of the first one changes by itself.
  await other.page.getByRole('button', { name: 'Alerts', exact: true }).click();
  const panel = other.page.getByRole('dialog', { name: 'Alerts of this study' });
  await expect(panel.getByRole('listitem').filter({ hasText: 'Dr Refferer' }).last()).toBeVisible();
  await row.getByRole('button', { name: /^Chain of/ }).click();
  const links = page.getByRole('dialog', { name: 'Alert' }).getByRole('row');
  for (const link of ['Stored at the edge', 'Analysed', 'Shown on a screen', 'Acknowledged', 'Communicated']) await expect(links.filter({ hasText: link })).toContainText(/\d\d:\d\d:\d\d/);
  expect((await new AxeBuilder({ page }).include('[role="dialog"]').analyze()).violations).toEqual([]);
  await page.getByRole('button', { name: 'Correct' }).click();
  const correct = page.getByRole('dialog', { name: 'Correct the communication' });
  await correct.getByLabel('Told to (name)').fill('Dr Referrer');
  await correct.getByRole('button', { name: 'Record the correction' }).click();
  await expect(correct).toHaveCount(0);
  await expect(panel).toContainText('Correction: Dr Referrer (covering clinician)');
  await expect(panel).toContainText('corrected since');
  await other.context.close();
});

test('past alerts are found by a patient’s name, which stands in no address', async ({ page }) => {
  const addresses: string[] = [];
  page.on('request', (request) => addresses.push(request.url()));
  await signIn(page, 'attending', '/alerts/history');
  await page.getByLabel('Patient name, MRN or accession number').fill('lindqvist');
  await page.keyboard.press('Enter');
  const rows = page.getByRole('row').filter({ has: page.getByRole('button', { name: /^Chain of/ }) });
  await expect(rows.first()).toContainText(/lindqvist/i);
  for (const row of await rows.all()) await expect(row).toContainText(/lindqvist/i);
  await page.getByLabel('Patient name, MRN or accession number').fill('nobody has this name');
  await page.keyboard.press('Enter');
  await expect(page.getByText('No alert fits.')).toBeVisible();
  expect(addresses.filter((address) => /lindqvist|nobody/i.test(decodeURIComponent(address)))).toEqual([]);
});

test('the alerts pages have no barrier that axe knows', async ({ page }) => {
  for (const [path, title] of [['/alerts', 'Open alerts'], ['/alerts/history', 'Past alerts'], ['/admin/compliance', 'Critical results']] as const) {
    await signIn(page, 'attending', path);
    await expect(page.getByRole('heading', { name: title })).toBeVisible();
    if (path === '/admin/compliance') await expect(page.getByRole('row', { name: /All alerts/ })).toBeVisible();
    expect((await new AxeBuilder({ page }).analyze()).violations, path).toEqual([]);
  }
});

test('[AL11] the compliance report is saved as a file that names no patient and carries the audit chain’s head', async ({ page }) => {
  await signIn(page, 'attending', '/admin/compliance');
  await expect(page.getByRole('row', { name: /Intracranial haemorrhage/ })).toBeVisible();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Export as CSV' }).click()]);
  expect(download.suggestedFilename()).toMatch(/^critical-results-.*\.csv$/);
  const csv = await readFile(await download.path(), 'utf8');
  expect(csv).toMatch(/Audit chain: sha256,[0-9a-f]{64}/);
  expect(csv).toMatch(/^Finding,Intracranial haemorrhage,\d+/m);
  expect(csv).not.toMatch(/lindqvist|RR-00/i);
});
