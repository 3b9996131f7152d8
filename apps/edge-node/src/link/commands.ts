import { edgeDownSchema, type CanaryAnswer, type CanaryCommand, type AnalyseAnswer, type AnalyseStudy, type AuditHead, type CancelAnalysis, type CancelFetch, type EdgeDown, type FetchImage, type FetchPrior } from '@readroom/shared/wire/edge-down';
import { z } from 'zod';

/** What the node does when the gateway asks. A handler that throws is logged by its error's code; the link goes on. */
export interface CommandHandlers {
  fetchImage(command: FetchImage): Promise<void>;
  cancelFetch(command: CancelFetch): Promise<void>;
  /** The outcome travels back as `edge.answer`. */
  analyseStudy(command: AnalyseStudy): Promise<AnalyseAnswer['outcome']>;
  /** The outcome travels back as `edge.answer`. */
  fetchPrior(command: FetchPrior): Promise<AnalyseAnswer['outcome']>;
  cancelAnalysis(command: CancelAnalysis): Promise<void>;
  auditHead(command: AuditHead): Promise<void>;
  /** The answer travels back as `edge.canary`; null when it came too late to be wanted. */
  canary(command: CanaryCommand): Promise<CanaryAnswer | null>;
}

const trackedSchema = z.object({ id: z.string().max(128), data: z.unknown() });

export interface TrackedCommand {
  readonly id: string;
  /** Null when a newer gateway asks for something this node does not know. */
  readonly command: EdgeDown | null;
}

export function readCommand(event: unknown): TrackedCommand | null {
  const tracked = trackedSchema.safeParse(event);
  if (!tracked.success) return null;
  const command = edgeDownSchema.safeParse(tracked.data.data);
  return { id: tracked.data.id, command: command.success ? command.data : null };
}

/** What goes back to the gateway, and by which call. */
export interface CommandAnswer {
  readonly path: 'edge.answer' | 'edge.canary';
  readonly answer: AnalyseAnswer | CanaryAnswer;
}

/** Runs the command's handler; resolves with the answer to send back, where the command wants one. */
export async function runCommand(handlers: CommandHandlers, command: EdgeDown): Promise<CommandAnswer | null> {
  switch (command.type) {
    case 'fetch-image':
      await handlers.fetchImage(command);
      return null;
    case 'cancel-fetch':
      await handlers.cancelFetch(command);
      return null;
    case 'analyse-study':
      return { path: 'edge.answer', answer: { requestId: command.requestId, outcome: await handlers.analyseStudy(command) } };
    case 'fetch-prior':
      return { path: 'edge.answer', answer: { requestId: command.requestId, outcome: await handlers.fetchPrior(command) } };
    case 'cancel-analysis':
      await handlers.cancelAnalysis(command);
      return null;
    case 'audit-head':
      await handlers.auditHead(command);
      return null;
    case 'canary': {
      const answer = await handlers.canary(command);
      return answer === null ? null : { path: 'edge.canary', answer };
    }
    default:
      return command satisfies never;
  }
}
