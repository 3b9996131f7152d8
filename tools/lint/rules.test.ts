import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { expect, test } from 'vitest';
import { isTestFile, packageOf } from './paths.ts';

// The project's own configuration on source that does not exist on disk; the rules that need types are off.
const eslint = new ESLint({
  cwd: new URL('../..', import.meta.url).pathname,
  overrideConfig: [
    { files: ['**/*.ts', '**/*.tsx'], languageOptions: { parserOptions: { projectService: false } } },
    { files: ['**/*.ts', '**/*.tsx'], rules: tseslint.configs.disableTypeChecked.rules ?? {} },
  ],
});

async function problems(filePath: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath });
  return (result?.messages ?? []).filter((message) => message.ruleId !== '@typescript-eslint/no-unused-vars').map((message) => message.message);
}

test.each([
  ['Prisma outside packages/db', 'apps/gateway/src/study/x.ts', `import { PrismaClient } from '@prisma/client';\nexport { PrismaClient };`, 'may be imported only in packages/db/'],
  ['onnxruntime outside inference', 'apps/edge-node/src/dicom/x.ts', `import ort from 'onnxruntime-node';\nexport { ort };`, 'may be imported only in apps/edge-node/src/inference/'],
  ['a lazily imported library', 'apps/web/src/worklist/x.ts', `export const load = () => import('@cornerstonejs/core');`, 'may be imported only in apps/web/src/viewer/'],
  ['a library nobody knows', 'apps/gateway/src/study/x.ts', `import x from 'left-pad';\nexport { x };`, `'left-pad' has no home`],
  ['the database from the edge', 'apps/edge-node/src/outbox/x.ts', `import { forHospital } from '@readroom/db';\nexport { forHospital };`, `'@readroom/db' may not be imported here`],
  ['an app from an app', 'apps/edge-node/src/outbox/x.ts', `import { x } from '../../../gateway/src/study/ingest.ts';\nexport { x };`, 'apps/edge-node may not reach into apps/gateway'],
  ['code of the gateway from web', 'apps/web/src/lib/x.ts', `import { appRouter } from '@readroom/gateway/router';\nexport { appRouter };`, `use 'import type'`],
  ['a main.ts', 'apps/gateway/src/study/x.ts', `import { main } from '../main.ts';\nexport { main };`, 'Nobody imports a main.ts'],
  ['the clock in shared', 'packages/shared/src/priority/x.ts', `export const now = (): number => Date.now();`, 'packages/shared has no clock'],
  ['a new Date in shared', 'packages/shared/src/priority/x.ts', `export const now = (): Date => new Date();`, 'packages/shared has no clock'],
  ['chance in shared', 'packages/shared/src/priority/x.ts', `export const dice = (): number => Math.random();`, 'packages/shared has no chance'],
  ['a built-in of Node in shared', 'packages/shared/src/priority/x.ts', `import { createHash } from 'node:crypto';\nexport { createHash };`, 'packages/shared imports zod and itself only'],
  ['the network in shared', 'packages/shared/src/priority/x.ts', `export const load = (): unknown => fetch('/');`, 'packages/shared is pure'],
  ['an enum in shared', 'packages/shared/src/priority/x.ts', `export enum X { A }`, 'Only erasable syntax'],
  ['an enum elsewhere', 'apps/gateway/src/study/x.ts', `export enum X { A }`, 'Only erasable syntax'],
  ['any', 'apps/gateway/src/study/x.ts', `export const x = (value: any): unknown => value;`, 'Unexpected any'],
  ['a default export', 'apps/gateway/src/study/x.ts', `export default 1;`, 'Use a named export'],
])('refuses %s', async (_what, path, code, message) => {
  expect(await problems(path, code)).toContainEqual(expect.stringContaining(message));
});

test.each([
  ['its home', 'apps/edge-node/src/inference/x.ts', `import ort from 'onnxruntime-node';\nexport { ort };`],
  ['the router as a type', 'apps/web/src/lib/x.ts', `import type { AppRouter } from '@readroom/gateway/router';\nexport type { AppRouter };`],
  ['shared from an app', 'apps/gateway/src/study/x.ts', `import { rank } from '@readroom/shared/priority/rank';\nexport { rank };`],
  ['a test that drives the real thing', 'apps/gateway/src/study/x.int.test.ts', `import pg from 'pg';\nexport { pg };`],
  ['zod in shared', 'packages/shared/src/priority/x.ts', `import { z } from 'zod';\nexport { z };`],
])('accepts %s', async (_what, path, code) => {
  expect(await problems(path, code)).toEqual([]);
});

test('names the package of a specifier, and what a test file is', () => {
  expect(packageOf('@tiptap/react/menus')).toBe('@tiptap/react');
  expect(packageOf('next/link')).toBe('next');
  expect(isTestFile('apps/gateway/src/testing/test-gateway.ts')).toBe(true);
  expect(isTestFile('apps/gateway/src/main.ts')).toBe(false);
});
