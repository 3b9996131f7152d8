import type { HospitalPrisma } from '@readroom/db';
import { channelKindSchema, notificationMessageSchema, subjectOf, textOf, webhookBody } from '@readroom/shared/alert/notification';
import { z } from 'zod';
import type { Deps } from '../../infra/deps.ts';
import { sendMail } from './mail.ts';
import { post } from './webhook.ts';

/** What is sealed of a channel: where it goes, and the key that signs (a webhook) or routes (PagerDuty). */
export const secretsSchema = z.object({ url: z.string(), key: z.string() });
export type ChannelSecrets = z.infer<typeof secretsSchema>;

export type DueNotification = Pick<HospitalPrisma.NotificationGetPayload<object>, 'id' | 'recipient' | 'message'> & { readonly channel: Pick<HospitalPrisma.AlertChannelGetPayload<object>, 'kind' | 'sealed'> };

type Prepared = { readonly mail: Parameters<typeof sendMail>[1] } | { readonly post: Parameters<typeof post>[1] };

/** The message as it leaves, to the last byte; nothing is sent. Throws AppError `sealed-elsewhere` where the channel's secret can't be read. */
export function prepare(deps: Deps, { id, recipient, message: stored, channel }: DueNotification): Prepared {
  const kind = channelKindSchema.parse(channel.kind);
  const message = notificationMessageSchema.parse(stored);
  if (kind === 'email') return { mail: { id, to: recipient, subject: subjectOf(message), text: textOf(message) } };
  const { url, key } = secretsSchema.parse(JSON.parse(deps.vault.open(channel.sealed)));
  const body = JSON.stringify(webhookBody(kind, id, message, key));
  return { post: { url, body, idempotencyKey: id, signingKey: kind === 'webhook' ? key : null, now: deps.clock() } };
}

/** Sends one message, once; the same id at every repetition. Throws AppError with a code that may be shown. */
export async function deliver(deps: Deps, due: DueNotification): Promise<void> {
  const prepared = prepare(deps, due);
  return 'mail' in prepared ? sendMail(deps.env, prepared.mail) : post(deps.env.webhookNetworks, prepared.post);
}
