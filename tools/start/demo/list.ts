import { z } from 'zod';
import { StartFailure } from '../failure.ts';

/** Of `GET /api/worklist`, what the start wants to know. */
const pageSchema = z.object({
  items: z.array(z.object({ studyUid: z.string(), arrival: z.string(), ai: z.string(), analyses: z.array(z.object({ status: z.string() })) })),
});
export type ListedStudy = z.infer<typeof pageSchema>['items'][number];

export const DEMO_PASSWORD = 'readroom-demo';
export const DEMO_ROLES = ['resident', 'attending', 'admin', 'it', 'technologist'] as const;

export function demoEmail(role: (typeof DEMO_ROLES)[number]): string {
  return `${role}@demo.readroom.test`;
}

/** Signs in as the demo resident over REST; answers a function that reads the first page of the list. */
export async function demoSession(url: string): Promise<() => Promise<ListedStudy[]>> {
  const response = await fetch(`${url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ email: demoEmail('resident'), password: DEMO_PASSWORD }),
    signal: AbortSignal.timeout(30_000),
  });
  if (!response.ok) throw new StartFailure(`The demo resident can't sign in (HTTP ${String(response.status)}). See the gateway's log.`);
  const cookie = response.headers.getSetCookie().map((line) => line.split(';')[0]).join('; ');
  return async () => {
    const page = await fetch(`${url}/api/worklist?limit=100`, { headers: { cookie }, signal: AbortSignal.timeout(30_000) });
    if (!page.ok) throw new StartFailure(`The list can't be read (HTTP ${String(page.status)}). See the gateway's log.`);
    return pageSchema.parse(await page.json()).items;
  };
}

/** All images are in and every analysis has ended, well or not. A study no model is for counts once it is complete. */
export function isSettled(item: ListedStudy): boolean {
  const running = item.analyses.some((analysis) => analysis.status === 'queued' || analysis.status === 'running');
  return item.arrival === 'complete' && item.ai !== 'pending' && !running;
}
