import type { Service } from '@readroom/shared/service';
import type { SetTimer } from '../../infra/timers.ts';
import type { RoleChange, Roles } from './roles.ts';

const LOOK_MS = 2_000;

/** Tells a running node's log which version was promoted or rolled back: that is done by a command, in a process of its own. */
export function watchRoles(roles: Pick<Roles, 'changesAfter'>, setTimer: SetTimer, onChange: (change: RoleChange) => void): Service {
  let seq = 0;
  let cancel = (): void => undefined;
  const drain = (hear: (change: RoleChange) => void): void => {
    for (let some = roles.changesAfter(seq); some.length > 0; some = roles.changesAfter(seq)) {
      some.forEach(hear);
      seq = some.at(-1)?.seq ?? seq;
    }
  };
  const look = (): void => {
    drain(onChange);
    cancel = setTimer(look, LOOK_MS);
  };
  return {
    name: 'model-roles',
    async start() {
      // What was changed before this start was logged then, or is in the record.
      drain(() => undefined);
      cancel = setTimer(look, LOOK_MS);
    },
    async stop() {
      cancel();
    },
  };
}
