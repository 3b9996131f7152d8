import type { Member } from '@readroom/shared/access/can';
import { MINUTE_MS } from '@readroom/shared/clock';
import { perDeps } from '../infra/deps.ts';
import type { Deps } from '../infra/deps.ts';
import { audit, by } from './audit.ts';

/** One view is a person at a study without a longer pause than this. */
const VIEW_PAUSE_MS = 15 * MINUTE_MS;
const KEEP = 1_000;

interface View {
  at: number;
  readonly written: Promise<void>;
}

const views = perDeps(() => new Map<string, View>());

/** TN2: what a page asks for again and again is one event a person, study and view. Resolves once that event is written: answer only then. */
export function recordView(deps: Deps, member: Member, action: string, subject: { readonly studyId: string; readonly studyUid: string }): Promise<void> {
  const known = views(deps);
  const key = `${member.userId}|${action}|${subject.studyId}`;
  const now = deps.clock();
  const view = known.get(key);
  if (view && now - view.at < VIEW_PAUSE_MS) {
    view.at = now;
    return view.written;
  }
  const written = deps.hospital(member.organisation).then(({ client }) => audit(client, { ...by(member), action, subject }));
  known.delete(key);
  known.set(key, { at: now, written });
  const [oldest] = known.keys();
  if (known.size > KEEP && oldest !== undefined) known.delete(oldest);
  written.catch(() => known.delete(key));
  return written;
}
