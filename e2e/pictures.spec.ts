import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { ROOT } from './harness/instance.ts';
import { session } from './harness/rest.ts';
import { expect, signIn, test } from './harness/test.ts';

/**
 * The pictures of the documentation, taken of the real thing:
 * `READROOM_PICTURES=docs/images npx playwright test --config e2e/playwright.config.ts pictures`.
 */
const FOLDER = join(ROOT, process.env.READROOM_PICTURES ?? 'test-results/pictures');

test.use({ viewport: { width: 1440, height: 860 } });

async function take(page: Page, name: string): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  await page.screenshot({ path: join(FOLDER, `${name}.png`), animations: 'disabled' });
}

test('the list, with the reasons of its first row', async ({ page }) => {
  await signIn(page, 'attending');
  await expect(page.getByText(/lindqvist/i).first()).toBeVisible();
  await page.keyboard.press('j');
  await expect(page.getByText('STAT: may wait').first()).toBeVisible();
  const picture = page.getByRole('complementary', { name: 'Selected study' }).locator('img').first();
  await expect.poll(() => picture.evaluate((image) => image instanceof HTMLImageElement && image.naturalWidth > 0)).toBe(true);
  await take(page, 'list');
});

test('a study, its images and its report', async ({ page, instance }) => {
  const items = await (await session(instance.url, 'attending')).worklist();
  const bleed = items.find((item) => item.patientName?.toLowerCase().startsWith('lindqvist'));
  const drawn = page.waitForResponse((response) => /\/frames\/\d+/.test(response.url()) && response.ok(), { timeout: 60_000 });
  await signIn(page, 'attending', `/studies/${bleed?.studyId ?? ''}`);
  await drawn;
  await expect(page.locator('canvas').first()).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Impression' })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText('All changes stored')).toBeVisible();
  await take(page, 'study');
});
