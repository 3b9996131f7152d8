/** Where to go after signing in. Only paths of our own: `//host` and `/\host` would lead away. */
export function safeNextPath(next: string | null): string {
  if (next === null || !/^\/[A-Za-z0-9._~/-]*$/.test(next) || next.startsWith('//')) return '/';
  return next.startsWith('/sign-in') || next.startsWith('/setup') ? '/' : next;
}
