import type { Role } from '@readroom/shared/access/role';

const DOMAIN = 'demo.readroom.test';

/** Published on the sign-in page while the demo is on, and only then good for anything. */
export const DEMO_PASSWORD = 'readroom-demo';

export const DEMO_ORGANISATION = { id: 'demo', name: 'Demo Hospital', slug: 'demo', demo: true } as const;

export const DEMO_ACCOUNTS: readonly { readonly email: string; readonly name: string; readonly role: Role }[] = [
  { email: `resident@${DOMAIN}`, name: 'Robin Resident', role: 'resident' },
  { email: `attending@${DOMAIN}`, name: 'Alex Attending', role: 'attending' },
  { email: `admin@${DOMAIN}`, name: 'Ada Admin', role: 'admin' },
  { email: `it@${DOMAIN}`, name: 'Ira Tech', role: 'it' },
  { email: `technologist@${DOMAIN}`, name: 'Toni Technologist', role: 'technologist' },
];

export function isDemoEmail(email: string): boolean {
  return email.toLowerCase().endsWith(`@${DOMAIN}`);
}
