import { z } from 'zod';
import type { Role } from '@readroom/shared/access/role';

/** A row of `GET /api/worklist` as the documentation describes it: written down a second time, so that a change of the interface is seen. */
const itemSchema = z.object({
  studyUid: z.string(),
  studyId: z.uuid(),
  patientName: z.string().nullable(),
  patientId: z.string().nullable(),
  modality: z.string(),
  description: z.string(),
  class: z.enum(['stat', 'emergency', 'inpatient', 'outpatient']).nullable(),
  synthetic: z.boolean(),
  arrival: z.enum(['receiving', 'complete']),
  imageCount: z.number().int(),
  tier: z.union([z.literal(0), z.literal(1), z.literal(2)]),
  sortKey: z.number().int(),
  dueAt: z.iso.datetime(),
  reasons: z.array(z.object({ code: z.string(), text: z.string(), minutes: z.number() })),
  ai: z.string(),
  analyses: z.array(z.object({ id: z.uuid(), modelId: z.string(), role: z.enum(['active', 'shadow']), status: z.string() })),
  openAlerts: z.number().int(),
  status: z.enum(['unread', 'claimed', 'reading', 'preliminary', 'final']),
});
const pageSchema = z.object({ items: z.array(itemSchema), nextCursor: z.string().nullable(), revision: z.number().int() });
export type ListedStudy = z.infer<typeof itemSchema>;

export const PASSWORD = 'readroom-demo';

export function emailOf(role: Role): string {
  return `${role}@demo.readroom.test`;
}

export interface Session {
  readonly cookie: string;
  /** A request of this person; a path is one of the gateway's. */
  request(path: string, init?: RequestInit): Promise<Response>;
  /** Every row of the list, page by page. */
  worklist(query?: string): Promise<ListedStudy[]>;
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

async function allPages(request: Session['request'], query: string): Promise<ListedStudy[]> {
  const items: ListedStudy[] = [];
  let cursor: string | null = null;
  do {
    const at: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const response = await request(`/api/worklist?limit=100${query ? `&${query}` : ''}${at}`);
    if (!response.ok) throw new Error(`The list answered ${String(response.status)}: ${await response.text()}`);
    const page = pageSchema.parse(await response.json());
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return items;
}
