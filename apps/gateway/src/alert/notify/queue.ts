import type { HospitalPrisma, HospitalTx } from '@readroom/db';
import type { Named } from '@readroom/shared/alert/rota';
import { levelOf, stepNamed } from '@readroom/shared/alert/escalation';
import type { NotificationMessage } from '@readroom/shared/alert/notification';
import { severitySchema } from '@readroom/shared/finding/finding';
import type { Deps } from '../../infra/deps.ts';

export interface CalledStep {
  readonly organisation: string;
  readonly alertId: string;
  /** `primary`, `backup`, `end`, `end:<n>`. */
  readonly name: string;
  /** AL13: whom it names; null for its roles. */
  readonly asked: readonly Named[] | null;
  /** ms since epoch. */
  readonly now: number;
}

/**
 * AL14: writes what the step sends beside the browsers, in the step's own transaction: both are recorded or neither. Written
 * again for the same step it adds nothing.
 */
export async function queueNotifications(tx: HospitalTx, deps: Deps, step: CalledStep): Promise<void> {
  const alert = await tx.alert.findUniqueOrThrow({ where: { id: step.alertId }, select: { severity: true, label: true, raisedAt: true, study: { select: { institution: true } } } });
  const channels = await tx.alertChannel.findMany({ where: { enabled: true, removedAt: null, levels: { has: levelOf(step.name) }, severities: { has: alert.severity } } });
  if (channels.length === 0) return;
  const message: NotificationMessage = {
    alertId: step.alertId, step: step.name, level: levelOf(step.name), severity: severitySchema.parse(alert.severity), finding: alert.label,
    site: alert.study.institution.slice(0, 200), raisedAt: alert.raisedAt.getTime(), link: linkTo(deps, step.alertId),
  };
  const at = new Date(step.now);
  const rows = [];
  for (const channel of channels) for (const recipient of await recipientsOf(deps, step, channel)) rows.push({ id: deps.makeId(), channelId: channel.id, alertId: step.alertId, step: step.name, recipient, message, nextAt: at, createdAt: at });
  await tx.notification.createMany({ data: rows, skipDuplicates: true });
}

/** Our opaque id stands in the fragment, which no server and no proxy sees. */
export function linkTo(deps: Deps, alertId: string | null): string {
  return alertId === null ? `${baseUrl(deps)}/alerts` : `${baseUrl(deps)}/alerts#${alertId}`;
}

/** The page where IT sees the alert path. */
export function pathLink(deps: Deps): string {
  return `${baseUrl(deps)}/admin/alert-path`;
}

function baseUrl({ env }: Deps): string {
  return env.publicUrl ?? `http://${env.host}:${env.port}`;
}

type ChannelRow = HospitalPrisma.AlertChannelGetPayload<object>;

async function recipientsOf(deps: Deps, step: CalledStep, { kind, addresses, toAsked }: ChannelRow): Promise<string[]> {
  if (kind !== 'email') return [''];
  return [...new Set([...addresses, ...(toAsked ? await addressesOf(deps, step) : [])])];
}

/** Of the people named, or of everybody whose role the step calls. */
async function addressesOf(deps: Deps, { organisation, alertId, name, asked }: CalledStep): Promise<string[]> {
  const { roles, userIds } = stepNamed(alertId, name, asked === null ? null : asked.map(({ id }) => id));
  const rows = await deps.control.membership.findMany({ where: { organisationId: organisation, role: { in: roles }, ...(userIds === null ? {} : { userId: { in: userIds } }) }, select: { user: { select: { email: true } } } });
  return rows.map(({ user }) => user.email);
}
