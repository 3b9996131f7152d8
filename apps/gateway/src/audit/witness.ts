import { z } from 'zod';
import type { Deps } from '../infra/deps.ts';
import type { ChainHead } from './chain.ts';

const statusSchema = z.object({ auditHead: z.object({ seq: z.number().int(), hash: z.string().length(64) }) });

export interface Witness {
  readonly nodeId: string;
  readonly head: ChainHead;
}

/** What the organisation's nodes last said the head of the audit chain was: kept by them, outside the database's reach. */
export async function readWitnesses(deps: Deps, organisationId: string): Promise<Witness[]> {
  const nodes = await deps.control.edgeNode.findMany({ where: { organisationId, revokedAt: null }, select: { id: true, status: true } });
  return nodes.flatMap((node) => {
    const said = statusSchema.safeParse(node.status);
    return said.success && said.data.auditHead.seq > 0 ? [{ nodeId: node.id, head: said.data.auditHead }] : [];
  });
}
