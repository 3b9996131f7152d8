import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { chainLinkSchema } from '@readroom/shared/alert/chain';
import { z } from 'zod';
import { CASES } from '../tools/phantom/cases.ts';
import { makeDemoStudies } from '../tools/phantom/make-studies.ts';
import { freshStudy, sendDicom } from './harness/dicom.ts';
import type { SampleStudy } from './harness/dicom.ts';
import { session } from './harness/rest.ts';
import { expect, signIn, test } from './harness/test.ts';
import { until } from './harness/until.ts';
import type { Page } from '@playwright/test';

const VIEWPORT = '[data-viewport="stack"]';

async function openRow(page: Page, text: string | RegExp): Promise<void> {
  await signIn(page, 'attending');
  await page.getByRole('row').filter({ hasText: text }).first().dblclick();
  await expect(page.locator(`${VIEWPORT}[data-drawn="true"]`)).toBeVisible({ timeout: 60_000 });
}

/** Grey value of the middle of the drawn image, read back from the canvas. */
async function middleGrey(page: Page): Promise<number> {
  return page.locator(`${VIEWPORT} canvas`).first().evaluate((canvas) => {
    if (!(canvas instanceof HTMLCanvasElement)) throw new Error('no canvas');
    const copy = document.createElement('canvas');
    [copy.width, copy.height] = [canvas.width, canvas.height];
    const context = copy.getContext('2d');
    if (!context) throw new Error('no context');
    context.drawImage(canvas, 0, 0);
    const { data } = context.getImageData(Math.floor(canvas.width / 2), Math.floor(canvas.height / 2), 1, 1);
    return data[0] ?? 0;
  });
}

test('a bleed is on screen at its slice, boxed, with its confidence; the patient is always in sight', async ({ page }) => {
  await openRow(page, /lindqvist/i);
  const patient = page.getByRole('region', { name: 'Patient' });
  await expect(patient).toContainText(/lindqvist/i);
  await expect(patient).toContainText('MRN');
  const mark = page.locator('[data-overlay="ai"] [data-mark="box"]');
  await expect(mark.first()).toBeVisible();
  await expect(page.locator('[data-overlay="ai"]')).toContainText(/Intracranial haemorrhage.*%/);
  // DICOM's window: W 80 L 40.
  await expect(page.getByText('W 80 L 40')).toBeVisible();
});

test('the marks stay on the image when it is zoomed, turned and scrolled, and go with a key', async ({ page }) => {
  await openRow(page, /lindqvist/i);
  const path = page.locator('[data-overlay="ai"] [data-mark] path').last();
  const before = await path.getAttribute('d');
  await page.keyboard.press('r');
  await expect.poll(() => path.getAttribute('d')).not.toBe(before);
  await page.keyboard.press('Space');
  await expect.poll(() => path.getAttribute('d')).toBe(before);
  await page.keyboard.press('m');
  await expect(page.locator('[data-overlay="ai"]')).toHaveCount(0);
  await page.keyboard.press('m');
  const viewport = page.locator(VIEWPORT);
  const at = Number(await viewport.getAttribute('data-image-index'));
  await viewport.hover();
  await page.mouse.wheel(0, 120);
  await expect(viewport).toHaveAttribute('data-image-index', String(at + 1));
  await page.getByRole('region', { name: 'Findings of AI' }).getByRole('button').first().click();
  await expect(viewport).toHaveAttribute('data-image-index', String(at));
});

test('windows and inversion change what is drawn', async ({ page }) => {
  await openRow(page, /lindqvist/i);
  await expect(page.getByText('W 80 L 40')).toBeVisible();
  await page.keyboard.press('4');
  await expect(page.getByText('W 2800 L 600')).toBeVisible();
  const bone = await middleGrey(page);
  await page.keyboard.press('i');
  await expect.poll(() => middleGrey(page)).not.toBe(bone);
});

test('where the chest model looked is outlined and called attention, never a detection', async ({ page }) => {
  await openRow(page, 'Pneumonia');
  await expect(page.locator('[data-mark="attention"]').first()).toBeVisible();
  await expect(page.locator('[data-mark="box"]')).toHaveCount(0);
  await expect(page.locator('[data-overlay="ai"]')).toContainText('attention, no detection');
});

test('colour ultrasound and MR are drawn; a body part no model was made for is refused in words, and the MR says what the brain model said', async ({ page }) => {
  const said = page.getByRole('region', { name: 'Findings of AI' });
  await openRow(page, 'US upper abdomen');
  await expect(said.getByText(/Refused: Body part is ABDOMEN/)).toBeVisible();
  await openRow(page, 'MR brain T2');
  await expect(said.getByText(/brain_mr/).or(said.getByTitle(/brain_mr/)).first()).toBeVisible();
});

/** A head CT with a large bleed, of a patient of its own. */
async function bleedingHead(tags: readonly string[]): Promise<SampleStudy> {
  const folder = await mkdtemp(join(tmpdir(), 'readroom-bleed-'));
  const [phantom] = await makeDemoStudies(folder, { seed: 'bleed', now: new Date(), cases: CASES.filter(({ key }) => key === 'ct-bleed-large') });
  const study = await freshStudy(phantom?.files ?? [], tags);
  await rm(folder, { recursive: true });
  return study;
}

const alertsSchema = z.object({ result: z.object({ data: z.array(z.object({ id: z.string(), studyUid: z.string() })) }) });
const chainSchema = z.object({ result: z.object({ data: z.array(chainLinkSchema) }) });

test('[AL2] on the study page, a critical study that comes in sounds by itself and stands in the banner, and the gateway has both proofs', async ({ page, instance }) => {
  await openRow(page, /lindqvist/i);
  const reader = await session(instance.url, 'attending');
  const head = await bleedingHead(['PatientName=SOUNDING^ALARM', 'PatientID=E2E-SOUND']);
  expect((await sendDicom(instance.dicomPort, head.files)).acknowledged).toHaveLength(head.files.length);
  const alertId = await until('the alert', async () => {
    const open = alertsSchema.parse(await (await reader.request('/trpc/alert.open')).json()).result.data;
    return open.find(({ studyUid }) => studyUid === head.studyUid)?.id;
  });
  const proofOf = async (step: string) => {
    const chain = await reader.request(`/trpc/alert.chain?input=${encodeURIComponent(JSON.stringify({ alertId }))}`);
    return chainSchema.parse(await chain.json()).result.data.find((link) => link.step === step);
  };
  // Nobody touched the page since the double click that opened it.
  await expect.poll(() => proofOf('sounded')).toMatchObject({ state: 'recorded', count: 1, by: 'Alex Attending' });
  // The one that waits longest keeps the banner; ours is behind it.
  const banner = page.getByRole('region', { name: 'Alert', exact: true });
  await banner.first().getByRole('button', { name: /^\+\d+ more$/ }).click();
  await expect(banner.filter({ hasText: /sounding/i }).last()).toBeVisible();
  await expect.poll(() => proofOf('painted')).toMatchObject({ state: 'recorded', count: 1 });
  await reader.request('/trpc/alert.acknowledge', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ alertId }) });
});

test('a study of no hospital of mine is not here', async ({ page }) => {
  await signIn(page, 'attending', '/studies/00000000-0000-4000-8000-000000000000');
  await expect(page.getByText('This study is not here')).toBeVisible();
});

test('the study page has no barrier that axe knows', async ({ page }) => {
  await openRow(page, /lindqvist/i);
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
});
