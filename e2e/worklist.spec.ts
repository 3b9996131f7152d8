import AxeBuilder from '@axe-core/playwright';
import { freshStudy, sampleFiles, sendDicom } from './harness/dicom.ts';
import { session } from './harness/rest.ts';
import { expect, otherBrowser, signIn, test } from './harness/test.ts';

const ROWS = '[data-study-uid]';

test('rows stand in the order of the gateway, critical ones in the lane above', async ({ page, instance }) => {
  const items = await (await session(instance.url, 'attending')).worklist();
  await signIn(page, 'attending');
  await expect(page.locator(ROWS).first()).toBeVisible();
  const shown = await page.locator(ROWS).evaluateAll((rows) => rows.map((row) => row.getAttribute('data-study-uid')));
  expect(shown).toEqual(items.slice(0, shown.length).map((item) => item.studyUid));
  const lane = page.locator('[data-lane="critical"]').locator(ROWS);
  await expect(lane.first()).toHaveAttribute('data-study-uid', items[0]?.studyUid ?? '');
  await expect(page.getByRole('row').filter({ hasText: 'Critical' }).first()).toBeVisible();
});

test('the keyboard moves, explains, opens, and comes back to the same study', async ({ page }) => {
  await signIn(page, 'attending');
  await expect(page.locator(ROWS).first()).toBeVisible();
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  const selected = page.locator(`${ROWS}[aria-selected="true"]`);
  const studyUid = (await selected.getAttribute('data-study-uid')) ?? '';
  const why = page.getByRole('complementary', { name: 'Selected study' });
  await expect(why.getByText('Why it is here')).toBeVisible();
  await expect(why.getByText('Stands as if it came at')).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/studies\/[0-9a-f-]{36}$/);
  await page.getByRole('button', { name: 'Back to the list (Esc)' }).click();
  await expect(page.locator(`${ROWS}[aria-selected="true"]`)).toHaveAttribute('data-study-uid', studyUid);
});

test('the row under the pointer stays where it is while another study arrives above it', async ({ page, instance }) => {
  await signIn(page, 'attending');
  const held = page.locator(ROWS).last();
  await held.hover();
  const before = await held.boundingBox();
  const [chest = ''] = (await sampleFiles('chest')).filter((file) => file.endsWith('rsna_cxr_pa.dcm'));
  const study = await freshStudy([chest], ['PatientName=PILL^WAITING', 'PatientID=E2E-PILL', 'Modality=CR', 'BodyPartExamined=CHEST', 'RequestedProcedurePriority=STAT']);
  expect((await sendDicom(instance.dicomPort, study.files)).acknowledged).toHaveLength(1);
  const pill = page.getByRole('button', { name: /^\d+ changes?/ });
  await expect(pill).toBeVisible();
  expect(await held.boundingBox()).toEqual(before);
  await page.mouse.move(5, 5);
  await expect(page.getByRole('row').filter({ hasText: /pill/i })).toBeVisible();
  await expect(pill).toHaveCount(0);
});

test('a claim is seen in the other reader’s list, and given back', async ({ page, browser }) => {
  await signIn(page, 'resident');
  const other = await otherBrowser(browser, 'attending');
  const row = (where: typeof page) => where.getByRole('row').filter({ hasText: 'US upper abdomen' });
  await row(page).click();
  await page.keyboard.press('c');
  await expect(row(other.page)).toContainText('Claimed');
  await page.keyboard.press('c');
  await expect(row(other.page)).toContainText('Unread');
  await other.context.close();
});

test('search stays out of the address; filters count live', async ({ page }) => {
  await signIn(page, 'attending');
  await expect(page.locator(ROWS).first()).toBeVisible();
  await page.keyboard.press('/');
  await page.keyboard.type('lindqvist');
  await expect(page.locator(ROWS)).toHaveCount(1);
  expect(new URL(page.url()).search).toBe('');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /^MR/ }).click();
  await expect(page.locator(ROWS)).toHaveCount(1);
});

test('when the connection is lost the list says since when, and is live again by itself', async ({ page, context }) => {
  await signIn(page, 'attending');
  await expect(page.getByText('Live', { exact: true })).toBeVisible();
  await page.evaluate(() => {
    const real = window.WebSocket;
    // The way back is barred until the test opens it.
    Object.assign(window, { WebSocket: class extends real { constructor() { super('ws://127.0.0.1:9'); } }, openAgain: () => Object.assign(window, { WebSocket: real }) });
  });
  await context.setOffline(true);
  await expect(page.getByText(/^(Offline|Stale) since \d\d:\d\d$/)).toBeVisible({ timeout: 60_000 });
  await context.setOffline(false);
  await page.evaluate(() => (window as unknown as { openAgain(): void }).openAgain());
  await expect(page.getByText('Live', { exact: true })).toBeVisible({ timeout: 60_000 });
});

test('the list has no barrier that axe knows', async ({ page }) => {
  await signIn(page, 'attending');
  await expect(page.locator(ROWS).first()).toBeVisible();
  await page.keyboard.press('j');
  await expect(page.getByText('Why it is here')).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
});
