import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';
import { readroomPlugin } from './tools/lint/rules.ts';

const TS = ['**/*.ts', '**/*.tsx'];
const TEST_FILES = ['**/*.test.ts', '**/*.test.tsx', '**/testing/**', 'e2e/**', 'bench/**'];

/** `packages/shared` is pure: no clock, no chance, no I/O, no Node. */
const IMPURE_GLOBALS = ['process', 'fetch', 'Buffer', 'setTimeout', 'setInterval', 'setImmediate', 'window', 'document', 'localStorage', 'console', 'crypto', 'performance'];

/** Refused in all of the tree; a later block that refuses more names these again, for it replaces the rule whole. */
const EVERYWHERE = [
  { selector: 'ExportDefaultDeclaration', message: 'Use a named export.' },
  { selector: 'TSEnumDeclaration', message: 'Only erasable syntax: use a union of literals.' },
];

export default tseslint.config(
  {
    ignores: ['**/node_modules/**', '**/.next/**', '**/generated/**', 'coverage/**', '**/next-env.d.ts', '.readroom/**', 'test-results/**', 'playwright-report/**'],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: TS,
    extends: [tseslint.configs.base],
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
      },
    },
    plugins: { readroom: readroomPlugin },
    rules: {
      'readroom/imports': 'error',
      'max-lines': ['error', 350],
      'max-lines-per-function': ['error', { max: 60, skipComments: true, skipBlankLines: true }],
      complexity: ['error', 30],
      'max-depth': ['error', 4],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'no-restricted-syntax': ['error', ...EVERYWHERE],
      'prefer-const': 'error',
      'no-var': 'error',
      'no-throw-literal': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/ban-ts-comment': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports', disallowTypeAnnotations: false }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unsafe-assignment': 'error',
      '@typescript-eslint/no-unsafe-argument': 'error',
      '@typescript-eslint/no-unsafe-call': 'error',
      '@typescript-eslint/no-unsafe-return': 'error',
    },
  },
  {
    files: ['packages/shared/src/**/*.ts'],
    ignores: ['**/*.test.ts', '**/testing/**'],
    rules: {
      'no-restricted-globals': ['error', ...IMPURE_GLOBALS.map((name) => ({ name, message: 'packages/shared is pure: take it as an argument.' }))],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'packages/shared has no clock: take the time as an argument.' },
        { object: 'Math', property: 'random', message: 'packages/shared has no chance: take it as an argument.' },
      ],
      'no-restricted-imports': ['error', { patterns: [{ regex: '^(?!zod$|\\./|\\.\\./)', message: 'packages/shared imports zod and itself only.' }] }],
      'no-restricted-syntax': [
        'error',
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'packages/shared has no clock: take the time as an argument.' },
        ...EVERYWHERE,
      ],
    },
  },
  {
    files: ['apps/web/**/*.tsx', 'apps/web/**/*.ts'],
    plugins: { 'react-hooks': reactHooks },
    rules: { 'react-hooks/rules-of-hooks': 'error', 'react-hooks/exhaustive-deps': 'error' },
  },
  {
    // Next asks for default exports in its routes and configuration.
    files: ['apps/web/src/app/**', 'apps/web/*.ts', '*.config.ts', 'e2e/*.config.ts', '**/vitest-*.ts', 'e2e/harness/global-setup.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    // Tools and the harnesses talk to a terminal.
    files: ['tools/**', 'bench/**', 'e2e/**'],
    rules: { 'no-console': 'off' },
  },
  {
    files: TEST_FILES,
    // Types are checked by tsc; a test that forgets to wait fails by itself.
    ...tseslint.configs.disableTypeChecked,
    rules: {
      ...tseslint.configs.disableTypeChecked.rules,
      'max-lines-per-function': 'off',
      complexity: 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    rules: { 'max-lines': ['error', 350], eqeqeq: 'error', 'prefer-const': 'error', 'no-var': 'error' },
  },
);
