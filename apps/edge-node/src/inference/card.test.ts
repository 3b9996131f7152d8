import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { cardProblems } from './card.ts';
import { manifestSchema } from './manifest.ts';
import { isQualityManifest, qualityManifestSchema } from './quality/quality-manifest.ts';

const models = fileURLToPath(new URL('../../../../models/', import.meta.url));
const shipped = readdirSync(models, { withFileTypes: true }).filter((entry) => entry.isDirectory() && readdirSync(`${models}${entry.name}`).includes('manifest.json')).map(({ name }) => name);
const manifestOf = (document: unknown) => (isQualityManifest(document) ? qualityManifestSchema.parse(document) : manifestSchema.parse(document));
const load = (id: string) => ({
  card: readFileSync(`${models}${id}/MODEL_CARD.md`, 'utf8'), record: readFileSync(`${models}${id}/evaluation.json`, 'utf8'),
  manifest: manifestOf(JSON.parse(readFileSync(`${models}${id}/manifest.json`, 'utf8'))),
});

test.each(shipped)('every number on the card of %s is of its last evaluation', (id) => {
  const { card, record, manifest } = load(id);
  expect(cardProblems(card, record, manifest)).toEqual([]);
});

test('a card whose number is not in its run is flagged with the number', () => {
  const { card, record, manifest } = load('head_ct');
  // 0.999 is in the row, but it is the area's.
  expect(cardProblems(card.replace('0.988 (0.958', '0.999 (0.958'), record, manifest)).toEqual(['the card\'s row single says 0.999, which is not in evaluation.json']);
  expect(cardProblems(card.replace('0.988 (0.958', '0.993 (0.958'), record, manifest)).toEqual(['the card\'s row single says 0.993, which is not in evaluation.json']);
  expect(cardProblems(card.replace('Reorder threshold 0.550', 'Reorder threshold 0.510'), record, manifest)).toEqual(['the card says 0.510, which is not in evaluation.json']);
  expect(cardProblems(`${card}\n| other hospital | 0.990 |`, record, manifest)).toEqual(['the card\'s row other hospital says 0.990, which is not in evaluation.json']);
});

test('so are a record of another file, a summary that is not in it, and a record that is no JSON', () => {
  const { card, record, manifest } = load('head_ct');
  expect(cardProblems(card, record.replace(manifest.sha256, '0'.repeat(64)), manifest)).toContain('evaluation.json is of another model file');
  expect(cardProblems(card, record, { ...manifest, evaluation: { stack: { auc: 0.42 } } })).toEqual(['the manifest\'s summary of stack says 0.42, which is not in evaluation.json']);
  expect(cardProblems(card, '{', manifest)).toEqual(['evaluation.json is no JSON']);
});
