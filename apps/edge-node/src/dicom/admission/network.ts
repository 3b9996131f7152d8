import { BlockList, isIP } from 'node:net';

/** An IP network, RFC 4632 and RFC 4291. Plain data, so that it can be posted to a worker. */
export interface Network {
  readonly family: 'ipv4' | 'ipv6';
  readonly address: string;
  readonly prefix: number;
}

const BITS = { ipv4: 32, ipv6: 128 } as const;
const GROUP = 0x1_0000n;
/** `::ffff:0:0/96`, the IPv4-mapped addresses (RFC 4291 section 2.5.5.2). */
const MAPPED_PREFIX = 96;
const MAPPED_HEAD = 0xffffn;

/** `10.0.0.0/24`, `fd00::/8`, `[fd00::5]` or one address. Answers the network, or words on what is wrong with the text. */
export function parseNetwork(text: string): Network | { readonly problem: string } {
  const parts = /^(?:\[([^\]]*)\]|([^/[\]]*))(?:\/(\d{1,3}))?$/.exec(text);
  const address = parts?.[1] ?? parts?.[2] ?? '';
  const version = address.includes('%') ? 0 : isIP(address);
  if (version === 0) return { problem: `${text} is no IPv4 or IPv6 address or network (10.0.0.0/24, fd00::/8)` };
  const family = version === 4 ? 'ipv4' : 'ipv6';
  const prefix = parts?.[3] === undefined ? BITS[family] : Number(parts[3]);
  if (prefix > BITS[family]) return { problem: `${text} has a prefix longer than the ${BITS[family]} bits of its address` };
  return withoutHostBits(text, { family, address, prefix });
}

/** A network whose address has bits past its prefix was meant otherwise, and opens more than its author sees. */
function withoutHostBits(text: string, network: Network): Network | { readonly problem: string } {
  const value = network.family === 'ipv4' ? ipv4Value(network.address) : ipv6Value(network.address);
  const hostBits = BigInt(BITS[network.family] - network.prefix);
  if ((value >> hostBits) << hostBits !== value) {
    return { problem: `${text} is an address inside a network: write the network's first address, or ${network.address}/${BITS[network.family]} for that one machine` };
  }
  const isMapped = network.family === 'ipv6' && network.prefix >= MAPPED_PREFIX && value >> 32n === MAPPED_HEAD;
  return isMapped ? { family: 'ipv4', address: ipv4Text(value), prefix: network.prefix - MAPPED_PREFIX } : network;
}

/** Whether an address, as a socket names its peer, is in one of the networks. An IPv4-mapped IPv6 address is that IPv4 address. */
export function addressMatcher(networks: readonly Network[]): (address: string) => boolean {
  const inside = new BlockList();
  for (const { address, prefix, family } of networks) inside.addSubnet(address, prefix, family);
  return (address) => {
    // A link-local peer comes with its interface (RFC 4007 section 11), which is no part of the address.
    const [bare = ''] = address.split('%');
    const version = isIP(bare);
    return version !== 0 && inside.check(bare, version === 4 ? 'ipv4' : 'ipv6');
  };
}

/** An address as people write it: a socket that takes both families names its IPv4 peers `::ffff:10.0.0.1`. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
}

function ipv4Value(address: string): bigint {
  return address.split('.').reduce((value, byte) => value * 256n + BigInt(byte), 0n);
}

function ipv4Text(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 0xffn)).join('.');
}

/** The URL parser writes every spelling of an IPv6 address in groups of hexadecimal digits. */
function ipv6Value(address: string): bigint {
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const first = groups(head);
  const last = groups(tail ?? '');
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => 0n);
  return [...first, ...zeros, ...last].reduce((value, group) => value * GROUP + group, 0n);
}

function groups(text: string): bigint[] {
  return text === '' ? [] : text.split(':').map((group) => BigInt(`0x${group}`));
}
