import { z } from 'zod';
import { severitySchema } from '../finding/finding.ts';
import { alertLevelSchema } from './alert.ts';
import { canaryStageSchema, reasonText, STAGE_TEXT } from './canary.ts';

export const channelKindSchema = z.enum(['email', 'webhook', 'slack', 'teams', 'pagerduty']);
export type ChannelKind = z.infer<typeof channelKindSchema>;

export const CHANNEL_TEXT: { readonly [K in ChannelKind]: string } = { email: 'E-mail', webhook: 'Webhook (SMS, voice, any)', slack: 'Slack', teams: 'Teams', pagerduty: 'PagerDuty' };

/** AL6: said of the alert path itself, once when it breaks and once when it is mended. */
const pathSchema = z.object({
  state: z.enum(['broken', 'mended']),
  outageId: z.uuid(),
  /** ms since epoch. */
  since: z.number().int(),
  stage: canaryStageSchema,
  reason: z.string().max(64),
});

/** AL14: all that leaves the house. Nothing of a patient: who may know opens the link and signs in. */
export const notificationMessageSchema = z.object({
  /** Null for a test. */
  alertId: z.uuid().nullable(),
  step: z.string().max(20),
  level: alertLevelSchema,
  severity: severitySchema,
  finding: z.string().max(200),
  /** The institution, as the study names it. */
  site: z.string().max(200),
  /** ms since epoch. */
  raisedAt: z.number().int(),
  link: z.string().max(500),
  /** Of the path itself instead of an alert. */
  path: pathSchema.nullish(),
});
export type NotificationMessage = z.infer<typeof notificationMessageSchema>;

const CALL = { primary: 'first call', backup: 'call of the backup', end: 'call of everybody' } as const;

/** One line: `Critical: Intracranial haemorrhage, North (first call)`. */
export function subjectOf({ alertId, severity, finding, site, level, path }: NotificationMessage): string {
  if (path) return path.state === 'broken' ? `Readroom: alert path BROKEN, ${site}: ${STAGE_TEXT[path.stage]}` : `Readroom: alert path mended, ${site}`;
  if (alertId === null) return 'Readroom: test of an alert channel';
  const title = `${severity.charAt(0).toUpperCase()}${severity.slice(1)}: ${finding}`;
  return `${title}${site === '' ? '' : `, ${site}`} (${CALL[level]})`;
}

/** The text of a mail or a chat message. */
export function textOf(message: NotificationMessage): string {
  const what = message.path ? pathText(message.path) : message.alertId === null ? 'This is a test. Nobody has to do anything.' : `Raised at ${new Date(message.raisedAt).toISOString()}. Nobody has acknowledged it yet.`;
  return `${subjectOf(message)}\n${what}\n${message.link}`;
}

function pathText({ state, since, reason }: NonNullable<NotificationMessage['path']>): string {
  const begun = new Date(since).toISOString();
  if (state === 'mended') return `A synthetic alert passed the whole way again. It was broken since ${begun}.`;
  return `Critical alerts may be delayed or lost since ${begun}. ${reasonText(reason)}`;
}

const PAGERDUTY_SEVERITY = { critical: 'critical', urgent: 'error', routine: 'info' } as const;

/** The body of a POST, shaped as the other side wants it. `id` is the idempotency key; `key` the routing key of PagerDuty's Events API v2. */
export function webhookBody(kind: Exclude<ChannelKind, 'email'>, id: string, message: NotificationMessage, key: string): object {
  const subject = subjectOf(message);
  switch (kind) {
    case 'webhook': return { v: 1, id, ...message, text: textOf(message) };
    case 'slack': return { text: textOf(message) };
    case 'teams': return { type: 'message', attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content: adaptiveCard(subject, message) }] };
    case 'pagerduty': return {
      routing_key: key, event_action: message.path?.state === 'mended' ? 'resolve' : 'trigger', dedup_key: message.path?.outageId ?? message.alertId ?? id, links: [{ href: message.link, text: 'Open in Readroom' }],
      payload: { summary: subject, source: message.site === '' ? 'Readroom' : message.site, severity: PAGERDUTY_SEVERITY[message.severity], timestamp: new Date(message.raisedAt).toISOString() },
    };
    default: return kind satisfies never;
  }
}

function adaptiveCard(subject: string, message: NotificationMessage): object {
  const [, ...lines] = textOf(message).split('\n');
  const text = (what: string, more: object = {}) => ({ type: 'TextBlock', text: what, wrap: true, ...more });
  return { $schema: 'http://adaptivecards.io/schemas/adaptive-card.json', type: 'AdaptiveCard', version: '1.4', body: [text(subject, { weight: 'Bolder' }), ...lines.slice(0, -1).map((line) => text(line))], actions: [{ type: 'Action.OpenUrl', title: 'Open in Readroom', url: message.link }] };
}

const MINUTES = 60_000;
/** After so many failures a message is given up and shown as dead: some 20 minutes. */
export const MAX_ATTEMPTS = 9;

/** Pause after the n-th failure (1 the first), ms: 5 s, doubling, 5 minutes at most. */
export function backoffMs(attempts: number): number {
  return Math.min(5_000 * 2 ** (attempts - 1), 5 * MINUTES);
}

export const MAX_CHANNELS = 20;
const MAX_ADDRESSES = 20;

const when = {
  /** Told when the alert path itself is broken, and when it is mended; left out, it is. */
  path: z.boolean().optional(),
  /** None: for the path alone. */
  levels: z.array(alertLevelSchema).max(3),
  severities: z.array(severitySchema).min(1, 'Choose at least one severity.').max(3),
};
const name = z.string().trim().min(2, 'Give it a name.').max(80);

const anyChannelSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('email'), name, addresses: z.array(z.email()).max(MAX_ADDRESSES), toAsked: z.boolean(), ...when }),
  z.object({ kind: z.enum(['webhook', 'slack', 'teams']), name, url: z.url({ protocol: /^https?$/ }).max(1_000), ...when }),
  z.object({ kind: z.literal('pagerduty'), name, url: z.url({ protocol: /^https?$/ }).max(1_000), key: z.string().trim().min(8).max(200), ...when }),
]);
export const newChannelSchema = anyChannelSchema.refine(({ levels, path }) => levels.length > 0 || path !== false, { path: ['levels'], message: 'Choose at least one call.' });
export type NewChannel = z.infer<typeof newChannelSchema>;

export const channelSchema = z.object({
  id: z.uuid(),
  kind: channelKindSchema,
  name: z.string(),
  /** Of the address; the rest of it may be a secret and is never shown again. */
  host: z.string(),
  addresses: z.array(z.string()),
  toAsked: z.boolean(),
  levels: z.array(alertLevelSchema),
  severities: z.array(severitySchema),
  path: z.boolean(),
  enabled: z.boolean(),
});
export type Channel = z.infer<typeof channelSchema>;

export const deliveryStateSchema = z.enum(['pending', 'sent', 'dead', 'not-needed']);
export type DeliveryState = z.infer<typeof deliveryStateSchema>;

export const deliverySchema = z.object({
  id: z.uuid(),
  channel: z.string(),
  step: z.string(),
  isTest: z.boolean(),
  state: deliveryStateSchema,
  attempts: z.number().int(),
  /** A code; null while nothing failed. */
  lastError: z.string().nullable(),
  /** ms since epoch. */
  createdAt: z.number().int(),
  settledAt: z.number().int().nullable(),
});
export type Delivery = z.infer<typeof deliverySchema>;

export const channelsViewSchema = z.object({
  channels: z.array(channelSchema),
  /** Whether the operator has set a mail server. */
  mail: z.boolean(),
  /** The newest first; dead ones stay in sight until they are sent again. */
  deliveries: z.array(deliverySchema),
});
export type ChannelsView = z.infer<typeof channelsViewSchema>;
