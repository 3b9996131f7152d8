import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hashOf, isStamped, writeStamp } from './stamp.ts';

test('the stamp follows names and contents, not tests nor what was built', async () => {
  const root = await mkdtemp(join(tmpdir(), 'readroom-stamp-'));
  await mkdir(join(root, 'src/.next'), { recursive: true });
  await writeFile(join(root, 'src/a.ts'), 'one');
  const before = await hashOf(root, ['src']);
  await writeFile(join(root, 'src/a.test.ts'), 'test');
  await writeFile(join(root, 'src/.next/page.js'), 'built');
  await writeFile(join(root, 'src/next-env.d.ts'), 'built');
  expect(await hashOf(root, ['src'])).toBe(before);
  await writeFile(join(root, 'src/a.ts'), 'two');
  const changed = await hashOf(root, ['src']);
  expect(changed).not.toBe(before);
  await writeStamp(join(root, 'out/stamp'), changed);
  expect(await isStamped(join(root, 'out/stamp'), changed)).toBe(true);
  expect(await isStamped(join(root, 'out/stamp'), before)).toBe(false);
  expect(await isStamped(join(root, 'nowhere'), before)).toBe(false);
  await rm(root, { recursive: true });
});
