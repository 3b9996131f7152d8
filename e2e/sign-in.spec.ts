import AxeBuilder from '@axe-core/playwright';
import { expect, signIn, test } from './harness/test.ts';

test('the demo says that it is on, fills an account in with one click, and lets it in by keyboard', async ({ page, instance }) => {
  await page.goto(`${instance.url}/`);
  await expect(page).toHaveURL(/\/sign-in\?next=%2F$/);
  await expect(page.getByText('Demo is on')).toBeVisible();
  await expect(page.getByLabel('E-mail')).toBeFocused();
  await page.getByRole('button', { name: /resident@demo/ }).click();
  await expect(page.getByLabel('E-mail')).toHaveValue('resident@demo.readroom.test');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('grid', { name: 'Worklist' })).toBeVisible();
});

test('a wrong password is refused in words, and the page stays usable', async ({ page, instance }) => {
  await page.goto(`${instance.url}/sign-in`);
  await page.getByLabel('E-mail').fill('resident@demo.readroom.test');
  await page.getByLabel('Password').fill('not the password');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByText('E-mail and password do not go together. Check both and try again.')).toBeVisible();
});

test('signing out ends the session everywhere in the browser', async ({ page, instance }) => {
  await signIn(page, 'resident');
  await page.getByRole('button', { name: /^Menu of/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/sign-in$/);
  await page.goto(`${instance.url}/alerts`);
  await expect(page).toHaveURL(/\/sign-in\?next=%2Falerts$/);
});

test('the sign-in page has no barrier that axe knows', async ({ page, instance }) => {
  await page.goto(`${instance.url}/sign-in`);
  await expect(page.getByText('Demo is on')).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
});
