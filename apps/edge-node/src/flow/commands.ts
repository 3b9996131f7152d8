import type { CommandHandlers } from '../link/commands.ts';
import type { CanaryCommand } from '@readroom/shared/wire/edge-down';
import type { AuditHeadKeeper } from '../infra/audit-head.ts';
import type { Retrieves } from '../prior/retrieves.ts';
import type { StudyFlow } from './study-flow.ts';

export interface CommandParts {
  readonly flow: StudyFlow;
  readonly relay: Pick<CommandHandlers, 'fetchImage' | 'cancelFetch'>;
  readonly retrieves: Retrieves;
  readonly auditHead: AuditHeadKeeper;
  readonly canary: (command: CanaryCommand) => ReturnType<CommandHandlers['canary']>;
}

/** Which part of the node answers which command of the gateway. */
export function commandHandlers({ flow, relay, retrieves, auditHead, canary }: CommandParts): CommandHandlers {
  return {
    fetchImage: (command) => relay.fetchImage(command),
    cancelFetch: (command) => relay.cancelFetch(command),
    analyseStudy: (command) => Promise.resolve(flow.analyseStudy(command)),
    fetchPrior: (command) => Promise.resolve(retrieves.fetchPrior(command)),
    cancelAnalysis(command) {
      flow.cancelAnalysis(command);
      return Promise.resolve();
    },
    auditHead: (head) => auditHead.keep(head),
    canary,
  };
}
