import { randomBytes } from 'node:crypto';
import type { HospitalPrisma, HospitalTx } from '@readroom/db';
import type { Member } from '@readroom/shared/access/can';
import { channelSchema, deliverySchema, MAX_CHANNELS } from '@readroom/shared/alert/notification';
import type { Channel, ChannelsView, Delivery, NewChannel, NotificationMessage } from '@readroom/shared/alert/notification';
import { AppError } from '@readroom/shared/error';
import { audit, by } from '../../audit/audit.ts';
import { requireCan } from '../../auth/session.ts';
import type { Deps } from '../../infra/deps.ts';
import { conflict } from '../../study/refusals.ts';
import type { ChannelSecrets } from './deliver.ts';
import { linkTo } from './queue.ts';

const SHOWN = 50;

async function clientOf(deps: Deps, member: Member) {
  requireCan(member, 'hospital.configure', member.organisation);
  return (await deps.hospital(member.organisation)).client;
}

/** The channels and what became of their messages; no secret among it. Throws `forbidden`. */
export async function viewChannels(deps: Deps, member: Member): Promise<ChannelsView> {
  const client = await clientOf(deps, member);
  const [rows, dead, newest] = await Promise.all([
    client.alertChannel.findMany({ where: { removedAt: null }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] }),
    client.notification.findMany({ where: { state: 'dead' }, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }], take: SHOWN, include: { channel: true } }),
    client.notification.findMany({ where: { state: { not: 'dead' } }, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }], take: SHOWN, include: { channel: true } }),
  ]);
  return { channels: rows.map(channelOf), mail: deps.env.smtpUrlFile !== null, deliveries: [...dead, ...newest].map(deliveryOf) };
}

/** Adds a channel. The key that signs a webhook's messages is in this answer and never again. Throws `forbidden`, `bad-input`, `conflict`. */
export async function addChannel(deps: Deps, member: Member, wanted: NewChannel): Promise<{ channel: Channel; signingKey: string | null }> {
  const client = await clientOf(deps, member);
  refuseBad(deps, wanted);
  const signingKey = wanted.kind === 'webhook' ? randomBytes(32).toString('base64url') : null;
  const row = await client.$transaction(async (tx) => {
    if ((await tx.alertChannel.count({ where: { removedAt: null } })) >= MAX_CHANNELS) throw conflict(`There are ${MAX_CHANNELS} channels, as many as there may be. Remove one first.`);
    const made = await tx.alertChannel.create({ data: { id: deps.makeId(), kind: wanted.kind, name: wanted.name, levels: wanted.levels, severities: wanted.severities, onPath: wanted.path ?? true, ...targetOf(deps, wanted, signingKey) } });
    await audit(tx, { ...by(member), action: 'channel.add', subject: { channelId: made.id, kind: made.kind, path: made.onPath, levels: made.levels.join(' '), severities: made.severities.join(' ') } });
    return made;
  });
  return { channel: channelOf(row), signingKey };
}

function refuseBad(deps: Deps, wanted: NewChannel): void {
  const bad = (message: string) => new AppError('bad-input', { class: 'permanent', message });
  if (wanted.kind === 'email') {
    if (deps.env.smtpUrlFile === null) throw bad('No mail server is set. Hospital IT sets READROOM_SMTP_URL_FILE and restarts the gateway.');
    if (wanted.addresses.length === 0 && !wanted.toAsked) throw bad('Say who gets the mail: addresses, the people asked, or both.');
  } else if (new URL(wanted.url).protocol === 'http:' && deps.env.webhookNetworks.length === 0) throw bad('The address must begin with https.');
}

function targetOf(deps: Deps, wanted: NewChannel, signingKey: string | null) {
  if (wanted.kind === 'email') return { host: '', sealed: '', addresses: wanted.addresses, toAsked: wanted.toAsked };
  const secrets: ChannelSecrets = { url: wanted.url, key: wanted.kind === 'pagerduty' ? wanted.key : (signingKey ?? '') };
  return { host: new URL(wanted.url).host, sealed: deps.vault.seal(JSON.stringify(secrets)), addresses: [], toAsked: false };
}

/** Switches a channel off and on. Throws `forbidden`, `not-found`. */
export async function switchChannel(deps: Deps, member: Member, { id, enabled }: { readonly id: string; readonly enabled: boolean }): Promise<void> {
  const client = await clientOf(deps, member);
  await client.$transaction(async (tx) => {
    await change(tx, id, { enabled });
    await audit(tx, { ...by(member), action: 'channel.switch', subject: { channelId: id, enabled } });
  });
}

/** For ever: its secrets are wiped; what it sent stays on the chains. What waits is not sent. Throws `forbidden`, `not-found`. */
export async function removeChannel(deps: Deps, member: Member, id: string): Promise<void> {
  const client = await clientOf(deps, member);
  const now = new Date(deps.clock());
  await client.$transaction(async (tx) => {
    await change(tx, id, { enabled: false, removedAt: now, sealed: '', addresses: [] });
    await tx.notification.updateMany({ where: { channelId: id, state: { in: ['pending', 'dead'] } }, data: { state: 'not-needed', settledAt: now } });
    await audit(tx, { ...by(member), action: 'channel.remove', subject: { channelId: id } });
  });
}

async function change(tx: HospitalTx, id: string, data: HospitalPrisma.AlertChannelUpdateManyMutationInput): Promise<void> {
  const { count } = await tx.alertChannel.updateMany({ where: { id, removedAt: null }, data });
  if (count === 0) throw noSuchChannel();
}

/** Sends a test the way a real step goes. A mail goes to the fixed addresses, or to the person who asks. Throws `forbidden`, `not-found`. */
export async function testChannel(deps: Deps, member: Member, id: string): Promise<void> {
  const client = await clientOf(deps, member);
  const channel = await client.alertChannel.findFirst({ where: { id, removedAt: null } });
  if (!channel) throw noSuchChannel();
  const now = deps.clock();
  const message: NotificationMessage = { alertId: null, step: 'test', level: 'primary', severity: 'routine', finding: 'Test', site: '', raisedAt: now, link: linkTo(deps, null) };
  const recipients = channel.kind !== 'email' ? [''] : channel.addresses.length > 0 ? channel.addresses : [await ownAddress(deps, member)];
  await client.$transaction(async (tx) => {
    await tx.notification.createMany({ data: recipients.map((recipient) => ({ id: deps.makeId(), channelId: id, step: message.step, recipient, message, nextAt: new Date(now), createdAt: new Date(now) })) });
    await audit(tx, { ...by(member), action: 'channel.test', subject: { channelId: id } });
  });
}

async function ownAddress(deps: Deps, { userId }: Member): Promise<string> {
  return (await deps.control.user.findUniqueOrThrow({ where: { id: userId }, select: { email: true } })).email;
}

/** Tries a message that was given up again, under its own key. Throws `forbidden`, and `not-found` when it is not dead. */
export async function sendAgain(deps: Deps, member: Member, id: string): Promise<void> {
  const client = await clientOf(deps, member);
  await client.$transaction(async (tx) => {
    const { count } = await tx.notification.updateMany({ where: { id, state: 'dead', channel: { removedAt: null } }, data: { state: 'pending', attempts: 0, nextAt: new Date(deps.clock()), settledAt: null } });
    if (count === 0) throw new AppError('not-found', { class: 'permanent', message: 'This message is not one that was given up. Open this page again.' });
    await audit(tx, { ...by(member), action: 'notification.send-again', subject: { notificationId: id } });
  });
}

/** What was sent of one alert beside the browsers, oldest first; for its chain. Throws `forbidden`. */
export async function deliveriesOf(deps: Deps, member: Member, alertId: string): Promise<Delivery[]> {
  requireCan(member, 'alert.view', member.organisation);
  const { client } = await deps.hospital(member.organisation);
  const rows = await client.notification.findMany({ where: { alertId }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }], take: 500, include: { channel: true } });
  return rows.map(deliveryOf);
}

function noSuchChannel(): AppError {
  return new AppError('not-found', { class: 'permanent', message: 'There is no such channel here: it was removed.' });
}

function channelOf({ id, kind, name, host, addresses, toAsked, levels, severities, onPath, enabled }: HospitalPrisma.AlertChannelGetPayload<object>): Channel {
  return channelSchema.parse({ id, kind, name, host, addresses, toAsked, levels, severities, path: onPath, enabled });
}

function deliveryOf({ id, channel, step, alertId, outageId, state, attempts, lastError, createdAt, settledAt }: HospitalPrisma.NotificationGetPayload<{ include: { channel: true } }>): Delivery {
  return deliverySchema.parse({ id, channel: channel.name, step, isTest: alertId === null && outageId === null, state, attempts, lastError, createdAt: createdAt.getTime(), settledAt: settledAt?.getTime() ?? null });
}
