import { worklistPageSchema } from '@readroom/shared/worklist/events';
import type { WorklistItem } from '@readroom/shared/worklist/worklist-item';
import type { Role } from '@readroom/shared/access/role';

export const PASSWORD = 'readroom-demo';

export function emailOf(role: Role): string {
  return `${role}@demo.readroom.test`;
}

export interface Session {
  readonly cookie: string;
  /** A request of this person; a path is one of the gateway's. */
  request(path: string, init?: RequestInit): Promise<Response>;
  /** Every row of the list, page by page. */
  worklist(query?: string): Promise<WorklistItem[]>;
}

/** Signs in as the documentation of the REST interface says. */
export async function session(url: string, role: Role): Promise<Session> {
  const response = await fetch(`${url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ email: emailOf(role), password: PASSWORD }),
  });
  if (!response.ok) throw new Error(`Sign-in as ${role} answered ${String(response.status)}.`);
  const cookie = response.headers.getSetCookie().map((line) => line.split(';')[0]).join('; ');
  const request = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${url}${path}`, { ...init, headers: { cookie, origin: url, ...init.headers }, signal: AbortSignal.timeout(30_000) });
  return { cookie, request, worklist: (query) => allPages(request, query ?? '') };
}

async function allPages(request: Session['request'], query: string): Promise<WorklistItem[]> {
  const items: WorklistItem[] = [];
  let cursor: string | null = null;
  do {
    const at: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const response = await request(`/api/worklist?limit=100${query ? `&${query}` : ''}${at}`);
    if (!response.ok) throw new Error(`The list answered ${String(response.status)}: ${await response.text()}`);
    const page = worklistPageSchema.parse(await response.json());
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return items;
}
