import { readFile } from 'node:fs/promises';
import type { BrowserContext, Page } from '@playwright/test';
import { session } from './harness/rest.ts';
import type { ListedStudy } from './harness/rest.ts';
import { expect, otherBrowser, signIn, test } from './harness/test.ts';
import { until } from './harness/until.ts';

test.setTimeout(180_000);

/** A signed study leaves the list, so those that other journeys look for there are not written in here. */
const NEEDED_ELSEWHERE = [/lindqvist/i, /MR brain T2/, /US upper abdomen/];

/** The other studies, the last of the list first. */
async function studies(url: string): Promise<ListedStudy[]> {
  const items = await (await session(url, 'resident')).worklist();
  return items.filter((item) => !NEEDED_ELSEWHERE.some((one) => one.test(`${item.patientName ?? ''} ${item.description}`))).reverse();
}

const section = (page: Page, name: string) => page.getByRole('textbox', { name });
const stored = (page: Page) => expect(page.getByText('All changes stored')).toBeVisible();

async function openReport(page: Page): Promise<void> {
  await expect(section(page, 'Impression')).toBeVisible({ timeout: 60_000 });
  await stored(page);
}

/** Two people on one report, in two browsers. */
async function pair(page: Page, other: { page: Page }, studyId: string): Promise<void> {
  await signIn(page, 'attending', `/studies/${studyId}`);
  await other.page.goto(`${new URL(page.url()).origin}/studies/${studyId}`);
  await Promise.all([openReport(page), openReport(other.page)]);
}

async function write(page: Page, name: string, text: string): Promise<void> {
  await section(page, name).click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(text);
}

async function sign(page: Page): Promise<void> {
  await page.keyboard.press('Control+Enter');
  const dialog = page.getByRole('dialog', { name: 'Sign the report' });
  await expect(dialog.getByText('Everything on this page is stored')).toBeVisible();
  await dialog.getByRole('button', { name: 'Sign as final' }).click();
  await expect(dialog).toBeHidden();
}

/** How many edits this browser still keeps on the device. */
function keptEdits(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const opening = indexedDB.open('readroom-report');
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(new Error('closed'));
    });
    const counting = database.transaction('edits').objectStore('edits').count();
    const count = await new Promise<number>((resolve) => (counting.onsuccess = () => resolve(counting.result)));
    database.close();
    return count;
  });
}

let second: { context: BrowserContext; page: Page };
test.beforeEach(async ({ browser }) => {
  second = await otherBrowser(browser, 'resident');
});
test.afterEach(() => second.context.close());

test('[RP6] resident and attending write in one report, see each other, go offline and come back without losing a word', async ({ page, instance }) => {
  const [study] = await studies(instance.url);
  const resident = second.page;
  await pair(page, second, study?.studyId ?? '');

  await write(resident, 'Findings', 'Written by the resident. ');
  await write(page, 'Impression', 'Written by the attending. ');
  await expect(section(page, 'Findings')).toContainText('Written by the resident.');
  await expect(section(resident, 'Impression')).toContainText('Written by the attending.');
  await expect(page.getByLabel('Also here').getByLabel('Robin Resident')).toBeVisible();
  await expect(section(page, 'Findings').getByText('Robin Resident')).toBeAttached();
  await expect(section(resident, 'Impression').getByText('Alex Attending')).toBeAttached();

  await second.context.setOffline(true);
  await write(resident, 'Findings', 'Typed without a line. ');
  await expect(resident.getByText(/^Offline: \d+ changes? kept on this device$/)).toBeVisible({ timeout: 60_000 });
  await write(page, 'Findings', 'Typed meanwhile. ');
  await stored(page);
  await second.context.setOffline(false);
  await expect(section(page, 'Findings')).toContainText('Typed without a line.', { timeout: 60_000 });
  await expect(section(resident, 'Findings')).toContainText('Typed meanwhile.');
  await stored(resident);

  // Undo takes back what this page did and leaves the other's words.
  await section(resident, 'Findings').click();
  await resident.keyboard.press('Control+z');
  await expect(section(page, 'Findings')).not.toContainText('Typed without a line.');
  await expect(section(page, 'Findings')).toContainText('Typed meanwhile.');

  // Tab goes to the next section.
  await section(page, 'Findings').click();
  await page.keyboard.press('Tab');
  await expect(section(page, 'Impression')).toBeFocused();
});

test('AI text is a proposal: it blocks the signature until it is accepted or refused, and shows its image', async ({ page, instance }) => {
  const study = (await studies(instance.url)).find((item) => item.ai === 'critical' || item.ai === 'urgent');
  await signIn(page, 'attending', `/studies/${study?.studyId ?? ''}`);
  await openReport(page);
  const proposals = page.getByRole('article', { name: /^AI proposal/ });
  const count = await proposals.count();
  expect(count).toBeGreaterThan(0);
  const text = (await proposals.first().getByText(/suspicious for/).textContent()) ?? '';
  await section(page, 'Impression').click();
  await page.keyboard.press('Control+Enter');
  const dialog = page.getByRole('dialog', { name: 'Sign the report' });
  await expect(dialog.locator('[data-check="proposals"]')).toHaveAttribute('data-ok', 'false');
  await expect(dialog.getByRole('button', { name: 'Sign as final' })).toBeDisabled();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();

  await section(page, 'Impression').click();
  await page.keyboard.press('Alt+Enter');
  await expect(section(page, 'Findings')).toContainText(text);
  await expect(page.getByText('Accepted by Alex Attending')).toBeVisible();
  for (let left = count - 1; left > 0; left -= 1) {
    await page.keyboard.press('Alt+Backspace');
    await expect(proposals).toHaveCount(left - 1);
  }
});

test('signed: both pages turn read-only, the PDF comes, and a late offline edit becomes an addendum', async ({ page, instance }) => {
  const study = (await studies(instance.url)).find((item) => item.ai === 'clear' || item.ai === 'not-analysed');
  const resident = second.page;
  await pair(page, second, study?.studyId ?? '');
  await write(page, 'Impression', 'No acute finding.');
  await expect(section(resident, 'Impression')).toContainText('No acute finding.');

  await second.context.setOffline(true);
  await write(resident, 'Findings', 'Old fracture of the left clavicle.');
  await expect(resident.getByText(/kept on this device/)).toBeVisible({ timeout: 60_000 });
  await stored(page);
  await section(page, 'Impression').click();
  await sign(page);

  const signed = page.getByLabel('Signed report');
  await expect(signed).toContainText('No acute finding.');
  await expect(signed).not.toContainText('clavicle');
  await expect(page.getByText('Read-only')).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Findings' })).toHaveCount(0);

  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'PDF' }).click();
  const bytes = await readFile(await (await download).path());
  expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');

  await second.context.setOffline(false);
  await expect(resident.getByText(/kept as a proposed addendum; nothing is lost/)).toBeVisible({ timeout: 60_000 });
  await expect(resident.getByText('Read-only')).toBeVisible();
  const proposed = page.getByLabel('Proposed addenda');
  await expect(proposed).toContainText('Old fracture of the left clavicle.');
  await proposed.getByRole('button', { name: 'Make an addendum' }).click();
  await page.getByRole('dialog', { name: 'Addendum' }).getByRole('button', { name: 'Sign addendum' }).click();
  for (const each of [page, resident]) await expect(each.getByLabel('Addendum 1')).toContainText('Old fracture of the left clavicle.');
  await expect(signed).toContainText('No acute finding.');

  const reader = await session(instance.url, 'resident');
  await until('the signed study to leave the list', async () => !(await reader.worklist()).some((item) => item.studyUid === study?.studyUid));
});

test('what was typed and not yet stored survives a reload of the page', async ({ page, instance }) => {
  const [, study] = await studies(instance.url);
  await signIn(page, 'attending', `/studies/${study?.studyId ?? ''}`);
  await openReport(page);
  await page.context().setOffline(true);
  await write(page, 'Comparison', 'Kept over a reload.');
  await expect(page.getByText(/kept on this device/)).toBeVisible({ timeout: 60_000 });
  // Offline no page loads: the document is left, and opened again when the line is back.
  await page.goto('about:blank');
  await page.context().setOffline(false);
  await page.goto(`${instance.url}/studies/${study?.studyId ?? ''}`);
  await openReport(page);
  await expect(section(page, 'Comparison')).toContainText('Kept over a reload.');
  await stored(page);
  await expect.poll(() => keptEdits(page)).toBe(0);
});
