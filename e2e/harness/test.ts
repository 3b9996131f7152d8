import { test as base, expect } from '@playwright/test';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import type { Role } from '@readroom/shared/access/role';
import { sharedInstance } from './instance.ts';
import type { Instance } from './instance.ts';
import { PASSWORD, emailOf } from './rest.ts';

export { expect };

/** `test` with the running Readroom and with `baseURL` set to it. */
export const test = base.extend<{ instance: Instance }>({
  instance: async ({}, use) => {
    await use(sharedInstance());
  },
  baseURL: async ({}, use) => {
    await use(sharedInstance().url);
  },
});

/** Signs the page's browser in as the demo account of `role` and opens the list. */
export async function signIn(page: Page, role: Role, path = '/'): Promise<void> {
  const { url } = sharedInstance();
  const response = await page.request.post(`${url}/api/auth/sign-in/email`, { data: { email: emailOf(role), password: PASSWORD }, headers: { origin: url } });
  expect(response.ok(), `sign-in as ${role}`).toBe(true);
  await page.goto(`${url}${path}`);
}

/** A second browser: its own cookies, its own storage, signed in as `role`. The caller closes the context. */
export async function otherBrowser(browser: Browser, role: Role, path = '/'): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ viewport: { width: 1600, height: 1000 } });
  const page = await context.newPage();
  await signIn(page, role, path);
  return { context, page };
}
