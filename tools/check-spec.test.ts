import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { checkSpec, idsWornIn, lawsIn } from './check-spec.ts';

const made: string[] = [];
afterEach(async () => {
  for (const folder of made.splice(0)) await rm(folder, { recursive: true });
});

async function tree(files: Record<string, string>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'check-spec-'));
  made.push(root);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
  return root;
}

/** Ids are put together here so that this file itself wears none that no SPEC has. */
const worn = (id: string): string => `[${id}]`;
const titled = (id: string): string => `test('${worn(id)} holds', () => {});`;

test('a law is a line that begins with its id, whatever marks a list or table puts before it', () => {
  expect(lawsIn('# Laws\n\nAA1  one.\n- AA2  two.\n- **AA3** three.\n| AA4 | four |\nSee AA5 for more.\nAAA6 no.\n')).toEqual(['AA1', 'AA2', 'AA3', 'AA4']);
});

test('an id is worn in the title of a test, a describe or a table of tests, and nowhere else', () => {
  const text = [
    titled('AA1'),
    `describe("${worn('AA2')} all", () => {});`,
    `test.each(['a', 'b'])('${worn('AA3')}${worn('AA4')} %s', () => {});`,
    `test.each([{ role: f('(') }])(\`${worn('AA5')} \${x}\`, () => {});`,
    `const note = '${worn('AA6')}'; // ${worn('AA7')}`,
  ].join('\n');
  expect(idsWornIn(text).sort()).toEqual(['AA1', 'AA2', 'AA3', 'AA4', 'AA5']);
});

test('a tree whose laws and tests agree has no problem; node_modules is not looked at', async () => {
  const root = await tree({
    'a/SPEC.md': '- AA1  one.\n',
    'a/a.test.ts': titled('AA1'),
    'e2e/b.spec.ts': titled('AA1'),
    'node_modules/x/SPEC.md': '- ZZ1  not ours.\n',
  });
  const report = await checkSpec(root);
  expect(report.problems).toEqual([]);
  expect(report.tests.get('AA1')).toEqual(['a/a.test.ts', 'e2e/b.spec.ts']);
});

test('names the files of a law without a test, a test without a law, and a law written twice', async () => {
  const root = await tree({
    'a/SPEC.md': '- AA1  one.\n- AA2  two.\n',
    'b/SPEC.md': '- AA2  again.\n',
    'a/a.int.test.ts': titled('AA2') + titled('AA9'),
  });
  expect((await checkSpec(root)).problems).toEqual([
    'AA1 of a/SPEC.md: no test has [AA1] in its title.',
    'AA2 is written more than once: a/SPEC.md, b/SPEC.md.',
    '[AA9] of a/a.int.test.ts: no SPEC.md has a line for it.',
  ]);
});

test('the command fails with the problems on standard error', async () => {
  const root = await tree({ 'a/SPEC.md': '- AA1  one.\n' });
  const result = await new Promise<{ code: number | null; stderr: string }>((resolve) => {
    const child = execFile(process.execPath, [join(import.meta.dirname, 'check-spec.ts'), root], (_, __, stderr) => resolve({ code: child.exitCode, stderr }));
  });
  expect(result).toEqual({ code: 1, stderr: 'AA1 of a/SPEC.md: no test has [AA1] in its title.\n' });
});
