import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{packages,apps,tools,bench}/**/*.test.ts', '{packages,apps}/**/*.test.tsx'],
          exclude: ['**/node_modules/**', '**/*.int.test.ts', '**/.next/**'],
        },
      },
      {
        test: {
          name: 'int',
          include: ['{packages,apps,tools,bench}/**/*.int.test.ts'],
          exclude: ['**/node_modules/**', '**/.next/**'],
          globalSetup: ['tools/services/vitest-global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
