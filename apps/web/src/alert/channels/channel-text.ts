import type { Channel, Delivery, DeliveryState } from '@readroom/shared/alert/notification';
import { CHANNEL_TEXT } from '@readroom/shared/alert/notification';

export const DELIVERY_TEXT: { readonly [S in DeliveryState]: string } = { pending: 'on its way', sent: 'sent', dead: 'given up', 'not-needed': 'not needed any more' };

const LEVEL_TEXT = { primary: 'first call', backup: 'backup', end: 'everybody' } as const;

/** Where a channel leads, as far as it may be shown. */
export function targetText({ kind, host, addresses, toAsked }: Channel): string {
  if (kind !== 'email') return host;
  return [...(toAsked ? ['the people asked'] : []), ...addresses].join(', ');
}

/** `Slack · hooks.slack.com · critical, urgent · first call, everybody` */
export function channelText(channel: Channel): string {
  const calls = channel.levels.length === 0 ? [] : [channel.severities.join(', '), channel.levels.map((level) => LEVEL_TEXT[level]).join(', ')];
  return [CHANNEL_TEXT[channel.kind], targetText(channel), ...calls, ...(channel.path ? ['alert path'] : [])].join(' · ');
}

const ERROR_TEXT: { readonly [code: string]: string } = {
  'address-refused': 'a private address, or plain HTTP: the operator has to allow its network',
  unreachable: 'no connection',
  'timed-out': 'no answer in time',
  'no-mail-server': 'no mail server is set',
  'sealed-elsewhere': 'its secret can’t be read: remove the channel and add it again',
};

/** Why a try failed, in words where we have them. */
export function errorText(code: string): string {
  if (ERROR_TEXT[code] !== undefined) return ERROR_TEXT[code];
  const [kind, status] = code.split('-');
  return kind === 'http' || kind === 'smtp' ? `the other side answered ${status ?? ''}` : code;
}

/** `given up after 9 tries: no answer in time` */
export function outcomeText({ state, attempts, lastError }: Delivery): string {
  const tries = attempts > 1 || state === 'dead' ? ` after ${attempts} ${attempts === 1 ? 'try' : 'tries'}` : '';
  return `${DELIVERY_TEXT[state]}${tries}${lastError === null ? '' : `: ${errorText(lastError)}`}`;
}
