import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Lines covered, in percent, of services, inference and components each: below it the run fails. */
const LINES = { lines: 80 };

export default defineConfig({
  test: {
    // Most of these tests wait for a database, a socket or another program: vitest's own choice of one file at a time leaves two cores idle.
    maxWorkers: Math.max(4, availableParallelism()),
    coverage: {
      provider: 'v8',
      include: ['apps/*/src/**/*.{ts,tsx}', 'packages/*/src/**/*.ts'],
      // Boot files, routes and what was generated hold no rules; the journeys run them.
      exclude: ['**/generated/**', '**/testing/**', '**/*.test.*', 'apps/*/src/main.ts', 'packages/db/src/generate.ts', 'apps/web/src/app/**'],
      reporter: ['text-summary', 'json-summary', 'text'],
      reportsDirectory: 'coverage',
      thresholds: {
        'packages/**': LINES,
        'apps/gateway/src/**': LINES,
        'apps/edge-node/src/inference/**': LINES,
        'apps/edge-node/src/**': LINES,
        'apps/web/src/**': LINES,
      },
    },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{packages,apps,tools,bench}/**/*.test.ts', '{packages,apps}/**/*.test.tsx'],
          exclude: ['**/node_modules/**', '**/*.int.test.ts', '**/.next/**'],
          // They keep nothing between them, and a module world of its own for each of two hundred files costs a third of the CPU.
          isolate: false,
          // Nothing is timed: a busy machine may take its time.
          testTimeout: 60_000,
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
