import { edgeDownSchema, type AnalyseAnswer, type AnalyseStudy, type AuditHead, type CancelAnalysis, type CancelFetch, type EdgeDown, type FetchImage } from '@readroom/shared/wire/edge-down';
import { z } from 'zod';

/** What the node does when the gateway asks. A handler that throws is logged by its error's code; the link goes on. */
export interface CommandHandlers {
  fetchImage(command: FetchImage): Promise<void>;
  cancelFetch(command: CancelFetch): Promise<void>;
  /** The outcome travels back as `edge.answer`. */
  analyseStudy(command: AnalyseStudy): Promise<AnalyseAnswer['outcome']>;
  cancelAnalysis(command: CancelAnalysis): Promise<void>;
  auditHead(command: AuditHead): Promise<void>;
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

/** Runs the command's handler; resolves with the answer to send back, where the command wants one. */
export async function runCommand(handlers: CommandHandlers, command: EdgeDown): Promise<AnalyseAnswer | null> {
  switch (command.type) {
    case 'fetch-image':
      await handlers.fetchImage(command);
      return null;
    case 'cancel-fetch':
      await handlers.cancelFetch(command);
      return null;
    case 'analyse-study':
      return { requestId: command.requestId, outcome: await handlers.analyseStudy(command) };
    case 'cancel-analysis':
      await handlers.cancelAnalysis(command);
      return null;
    case 'audit-head':
      await handlers.auditHead(command);
      return null;
    default:
      return command satisfies never;
  }
}
