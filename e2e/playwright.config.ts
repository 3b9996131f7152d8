import { defineConfig } from '@playwright/test';

/** Debian's Chromium; the flags keep it to loopback and to the CPU. */
const CHROMIUM = process.env.READROOM_CHROMIUM ?? '/usr/bin/chromium';
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export default defineConfig({
  testDir: '.',
  outputDir: '../test-results/journeys',
  globalSetup: './harness/global-setup.ts',
  // Each worker has a Readroom of its own: the journeys of a file change its list in turn, two files go on side by side.
  workers: 2,
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
    trace: 'retain-on-failure',
    timezoneId: 'UTC',
    locale: 'en-GB',
  },
});
