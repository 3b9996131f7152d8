import { readFileSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { isReference, isReferenceId } from './reference.ts';

const models = fileURLToPath(new URL('../../../../../models/', import.meta.url));
const shipped = readdirSync(models).filter((name) => !['README.md', 'training'].includes(name));

test.each(shipped)('the manifest of %s is the one that counts from the first start on; publish.py changed it? then its sha256 belongs into reference.ts', (id) => {
  const manifest = readFileSync(`${models}${id}/manifest.json`);
  expect(isReference(id, manifest)).toBe(true);
  expect(isReference(id, Buffer.concat([manifest, Buffer.from(' ')]))).toBe(false);
});

test.each(shipped)('%s is small enough to come with the node: less than 4 MB', (id) => {
  expect(statSync(`${models}${id}/model.onnx`).size).toBeLessThan(4e6);
});

test('a model of another name is none of them', () => {
  expect([isReferenceId('cxr'), isReferenceId('nodule'), isReference('nodule', new Uint8Array())]).toEqual([true, false, false]);
});
