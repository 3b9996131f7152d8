import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { freshStudy, sampleFiles, sendDicom } from './harness/dicom.ts';
import { session } from './harness/rest.ts';
import { expect, otherBrowser, signIn, test } from './harness/test.ts';

const ROWS = '[data-study-uid]';

/** Opens the menu, finds one value by typing and chooses it, by keys alone. */
async function choose(page: Page, ...values: readonly string[]): Promise<void> {
  await page.keyboard.press('f');
  for (const value of values) {
    await page.getByRole('combobox', { name: 'Filter by' }).fill(value);
    await page.keyboard.press('Enter');
  }
  await page.keyboard.press('Escape');
}

/** A study of a modality that no other journey has. */
async function sendXa(dicomPort: number, name: string): Promise<string> {
  const [chest = ''] = (await sampleFiles('chest')).filter((file) => file.endsWith('rsna_cxr_pa.dcm'));
  const study = await freshStudy([chest], [`PatientName=${name}`, 'PatientID=E2E-FILTER', 'Modality=XA', 'BodyPartExamined=CHEST']);
  expect((await sendDicom(dicomPort, study.files)).acknowledged).toHaveLength(1);
  return study.studyUid;
}

test('filters combine by keys alone; what begins to match comes and what ceases to leaves; hidden critical studies stay counted', async ({ page, browser, instance }) => {
  const first = await sendXa(instance.dicomPort, 'FILTER^FIRST');
  const items = await (await session(instance.url, 'attending')).worklist();
  const critical = items.filter((item) => item.tier === 0).length;
  await signIn(page, 'attending');
  const row = (studyUid: string) => page.locator(`[data-study-uid="${studyUid}"]`);
  await expect(row(first)).toBeVisible();
  await choose(page, 'modality xa', 'status unread');
  await expect(page.locator(ROWS)).toHaveCount(1);
  await expect(page.getByRole('button', { name: `${String(critical)} critical outside this filter` })).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.keyboard.press('!');
  await expect(page.locator('[data-lane="critical"]').locator(ROWS)).toHaveCount(critical);
  await page.keyboard.press('!');
  expect(new URL(page.url()).search).toBe('');

  const second = await sendXa(instance.dicomPort, 'FILTER^SECOND');
  await expect(row(second)).toBeVisible();
  const other = await otherBrowser(browser, 'resident');
  await other.page.locator(`[data-study-uid="${second}"]`).click();
  await other.page.keyboard.press('c');
  await expect(row(second)).toHaveCount(0);
  await other.page.keyboard.press('c');
  await expect(row(second)).toBeVisible();
  await other.context.close();

  await page.keyboard.press('f');
  expect((await new AxeBuilder({ page }).include('[role="dialog"]').analyze()).violations).toEqual([]);
  await page.keyboard.press('Escape');
  await choose(page, 'class stat');
  await expect(page.getByText('No study matches')).toBeVisible();
  await page.getByRole('button', { name: 'Show everything' }).click();
  await expect(row(first)).toBeVisible();
});

test('a filter is saved and shared by one reader and opened by another; a search finds signed studies by a name in any order, in no address', async ({ page, browser }) => {
  await signIn(page, 'attending');
  await expect(page.locator(ROWS).first()).toBeVisible();
  await choose(page, 'modality us');
  const shown = await page.locator(ROWS).count();
  await page.keyboard.press('s');
  const dialog = page.getByRole('dialog', { name: 'Saved lists' });
  await dialog.getByLabel(/Name of the list/).fill('Ultrasound for all');
  await dialog.getByLabel('Share with the hospital').check();
  await page.keyboard.press('Enter');
  await expect(dialog.getByText(/Kept already as/)).toBeVisible();
  expect((await new AxeBuilder({ page }).include('[role="dialog"]').analyze()).violations).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(/\/\?list=[0-9a-f-]{36}$/);

  const other = await otherBrowser(browser, 'resident', new URL(page.url()).search.replace(/^/, '/'));
  await expect(other.page.locator(ROWS)).toHaveCount(shown);
  await expect(other.page.getByRole('button', { name: `Ultrasound for all ${String(shown)}` })).toHaveAttribute('aria-pressed', 'true');
  await other.page.keyboard.press('Escape');
  const addresses: string[] = [];
  other.page.on('request', (request) => addresses.push(request.url()));
  await other.page.keyboard.press('/');
  await other.page.keyboard.type('åsa LINDQVIST');
  await other.page.keyboard.press('Enter');
  await expect(other.page.getByText(/\d+ signed found/)).toBeVisible();
  await expect(other.page.locator(ROWS)).toHaveCount(1);
  expect(addresses.some((address) => address.includes('worklist.search'))).toBe(true);
  expect(addresses.join(' ')).not.toMatch(/lindqvist/i);
  await other.context.close();

  await page.keyboard.press('s');
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expect(dialog.getByText('Ultrasound for all', { exact: true })).toHaveCount(0);
});
