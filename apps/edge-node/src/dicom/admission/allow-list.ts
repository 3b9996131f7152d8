import { aeTitleSchema } from '@readroom/shared/dicom/ae-title';
import { addressMatcher, parseNetwork } from './network.ts';
import type { Network } from './network.ts';

/** An application entity that may send, from anywhere or from one network. */
export interface AllowedCaller {
  readonly aeTitle: string;
  /** Null: from any address. */
  readonly network: Network | null;
}

/** Whom the hospital names. Plain data, so that it can be posted to a worker. An empty list allows everybody. */
export interface AllowPolicy {
  readonly callers: readonly AllowedCaller[];
  readonly addresses: readonly Network[];
}

export const ALLOW_EVERYBODY: AllowPolicy = { callers: [], addresses: [] };

/** `CT1`, `CT1@10.0.0.0/24` or `CT1@fd00::5`. Answers the caller, or words on what is wrong with the text. */
export function parseCaller(text: string): AllowedCaller | { readonly problem: string } {
  const at = text.lastIndexOf('@');
  const title = aeTitleSchema.safeParse(at === -1 ? text : text.slice(0, at));
  if (!title.success) return { problem: `${text} is not an AE title (1 to 16 characters, no backslash), alone or as AETITLE@NETWORK` };
  // PS3.5 section 6.2: leading and trailing spaces of an AE title mean nothing.
  const aeTitle = title.data.trim();
  if (at === -1) return { aeTitle, network: null };
  const network = parseNetwork(text.slice(at + 1));
  return 'problem' in network ? { problem: `${text}: ${network.problem}` } : { aeTitle, network };
}

export type CallerAnswer = 'allowed' | 'unknown' | 'elsewhere';

export interface AllowList {
  allowsAddress(remoteAddress: string): boolean;
  /** `elsewhere`: the AE title is named, and may not call from this address. */
  caller(aeTitle: string, remoteAddress: string): CallerAnswer;
}

/** The policy made ready to be asked once an association. */
export function compileAllowList({ callers, addresses }: AllowPolicy): AllowList {
  const isInside = addressMatcher(addresses);
  const byTitle = new Map<string, ((address: string) => boolean)[]>();
  for (const { aeTitle, network } of callers) {
    const matches = network === null ? () => true : addressMatcher([network]);
    byTitle.set(aeTitle, [...(byTitle.get(aeTitle) ?? []), matches]);
  }
  return {
    allowsAddress: (remoteAddress) => addresses.length === 0 || isInside(remoteAddress),
    caller(aeTitle, remoteAddress) {
      if (byTitle.size === 0) return 'allowed';
      const places = byTitle.get(aeTitle);
      if (!places) return 'unknown';
      return places.some((matches) => matches(remoteAddress)) ? 'allowed' : 'elsewhere';
    },
  };
}
