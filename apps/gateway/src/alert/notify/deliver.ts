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

/** Sends one message, once; the same id at every repetition. Throws AppError with a code that may be shown. */
export async function deliver(deps: Deps, { id, recipient, message: stored, channel }: DueNotification): Promise<void> {
  const kind = channelKindSchema.parse(channel.kind);
  const message = notificationMessageSchema.parse(stored);
  if (kind === 'email') return sendMail(deps.env, { id, to: recipient, subject: subjectOf(message), text: textOf(message) });
  const { url, key } = secretsSchema.parse(JSON.parse(deps.vault.open(channel.sealed)));
  const body = JSON.stringify(webhookBody(kind, id, message, key));
  return post(deps.env.webhookNetworks, { url, body, idempotencyKey: id, signingKey: kind === 'webhook' ? key : null, now: deps.clock() });
}
