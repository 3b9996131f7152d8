import { expect, signIn, test } from './harness/test.ts';
import { session } from './harness/rest.ts';

test('after the first start the list is there, ordered by AI, and every row says it is synthetic', async ({ page, instance }) => {
  const items = await (await session(instance.url, 'resident')).worklist();
  expect(items.length).toBeGreaterThanOrEqual(12);
  expect(items.every((item) => item.synthetic)).toBe(true);
  const order = items.map((item) => [item.tier, item.sortKey] as const);
  expect(order).toEqual([...order].sort((a, b) => a[0] - b[0] || a[1] - b[1]));

  await signIn(page, 'resident');
  const rows = page.getByRole('row').filter({ hasText: /lindqvist/i });
  await expect(rows.first()).toBeVisible();
  for (const row of await page.getByRole('row').filter({ hasText: 'MRN' }).all()) await expect(row.getByText('Synthetic')).toBeVisible();
  // Its name came in two character sets, ISO 2022 IR 87 the second of them.
  await expect(page.getByRole('row').filter({ hasText: '鈴木' })).toBeVisible();
});

test('a large bleed stands first of all, with its reason; the row below it says its own', async ({ instance }) => {
  const items = await (await session(instance.url, 'resident')).worklist();
  const bleed = items.find((item) => item.patientName?.toLowerCase().startsWith('lindqvist'));
  expect(bleed?.ai).toBe('critical');
  expect(bleed?.tier).toBe(0);
  for (const item of items) {
    expect(item.reasons.length, item.description).toBeGreaterThan(0);
    // PR6: the minutes shown sum to the key's minutes.
    expect(item.reasons.reduce((sum, reason) => sum + reason.minutes, 0), item.description).toBe(Math.floor(item.sortKey / 60_000));
  }
});

test('IT sees that studies flow, never whose they are', async ({ page, instance }) => {
  const named = await (await session(instance.url, 'resident')).worklist();
  const unnamed = await (await session(instance.url, 'it')).worklist();
  expect(unnamed.map((item) => item.studyUid)).toEqual(named.map((item) => item.studyUid));
  expect(unnamed.every((item) => item.patientName === null && item.patientId === null)).toBe(true);
  await signIn(page, 'it');
  await expect(page.getByText('CT head without contrast').first()).toBeVisible();
  await expect(page.getByText(/lindqvist/i)).toHaveCount(0);
});

test('the interface is described by an OpenAPI document that names every route of the list', async ({ instance }) => {
  const response = await fetch(`${instance.url}/api/openapi.json`);
  expect(response.ok).toBe(true);
  const document = (await response.json()) as { openapi: string; paths: Record<string, Record<string, unknown>> };
  expect(document.openapi).toMatch(/^3\./);
  const routes = Object.entries(document.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`));
  expect(routes).toEqual(
    expect.arrayContaining([
      'GET /api/worklist',
      'GET /api/image-analysis',
      'POST /api/image-analysis',
      expect.stringMatching(/^GET \/api\/image-analysis\/:\w+$/),
      expect.stringMatching(/^DELETE \/api\/image-analysis\/:\w+$/),
      expect.stringMatching(/^POST \/api\/image-analysis\/:\w+\/findings\/:\w+\/feedback$/),
    ]),
  );
});

test('without a session the list, the images and the reports stay shut', async ({ instance }) => {
  for (const path of ['/api/worklist', '/api/image-analysis', '/dicomweb/studies/1.2/series/1.3/metadata', '/api/reports/00000000-0000-4000-8000-000000000000/pdf']) {
    const response = await fetch(`${instance.url}${path}`);
    expect(response.status, path).toBe(401);
  }
});
