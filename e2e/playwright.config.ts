import { defineConfig } from '@playwright/test';

/** Debian's Chromium; the flags keep it to loopback and to the CPU. */
const CHROMIUM = process.env.READROOM_CHROMIUM ?? '/usr/bin/chromium';
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** Journeys that start, kill and end a Readroom of their own. */
const OWN_READROOM = ['**/restart.spec.ts', '**/faults.spec.ts'];

export default defineConfig({
  testDir: '.',
  outputDir: '../test-results/journeys',
  globalSetup: './harness/global-setup.ts',
  // One Readroom, one list: the journeys that share it run in turn, beside those that do not.
  workers: 2,
  projects: [
    { name: 'shared', testMatch: '**/*.spec.ts', testIgnore: OWN_READROOM, workers: 1 },
    { name: 'own', testMatch: OWN_READROOM, workers: 1 },
  ],
  fullyParallel: false,
  retries: 0,
  forbidOnly: true,
  timeout: 180_000,
  expect: { timeout: 30_000 },
  reporter: 'line',
  use: {
    browserName: 'chromium',
    launchOptions: { executablePath: CHROMIUM, args: ARGS },
    viewport: { width: 1600, height: 1000 },
    actionTimeout: 30_000,
    navigationTimeout: 60_000,
    screenshot: 'only-on-failure',
    // A trace films every page of every journey, on the cores that draw them: asked for when a failure is looked into.
    trace: process.env.READROOM_TRACE === undefined ? 'off' : 'retain-on-failure',
    timezoneId: 'UTC',
    locale: 'en-GB',
  },
});
