import { lookup } from 'node:dns';
import type { LookupAddress } from 'node:dns';
import { BlockList, isIP } from 'node:net';
import type { LookupFunction } from 'node:net';
import { AppError } from '@readroom/shared/error';

/** IANA's special-purpose registries: what is no public address. */
const PRIVATE_V4 = ['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/3'];
/** Of IPv6 only global unicast is public, and there not what wraps or documents other addresses. */
const PUBLIC_V6 = ['2000::/3'];
const PRIVATE_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

export interface AddressGuard {
  /** Whether a webhook may be sent to this IP address. */
  allows(address: string): boolean;
  /** Whether it lies in a network the operator named. */
  isHouse(address: string): boolean;
}

/** AL14: no private address, unless the operator named its network. Throws `bad-environment` for a network that is none. */
export function addressGuard(networks: readonly string[]): AddressGuard {
  const house = blockList(networks);
  const [privateV4, publicV6, privateV6] = [blockList(PRIVATE_V4), blockList(PUBLIC_V6), blockList(PRIVATE_V6)];
  const within = (list: BlockList, address: string): boolean => list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  const isPublic = (address: string): boolean => (isIP(address) === 4 ? !within(privateV4, address) : within(publicV6, address) && !within(privateV6, address));
  return {
    isHouse: (address) => isIP(address) !== 0 && within(house, address),
    allows: (address) => isIP(address) !== 0 && (within(house, address) || isPublic(address)),
  };
}

function blockList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix = ''] = network.split('/');
    const family = isIP(address);
    if (family === 0 || !/^\d{1,3}$/.test(prefix) || Number(prefix) > (family === 4 ? 32 : 128)) {
      throw new AppError('bad-environment', { class: 'permanent', message: 'READROOM_WEBHOOK_NETWORKS must list networks such as 10.1.0.0/16,fd00::/8, separated by commas.' });
    }
    list.addSubnet(address, Number(prefix), family === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
}

export const ADDRESS_REFUSED = 'address-refused';

/** Resolves as ever and hands on only addresses that are allowed: what is checked is what is connected to, so no second answer of a DNS server can slip in. */
export function guardedLookup(guard: Pick<AddressGuard, 'allows'>): LookupFunction {
  return (hostname, options, done) => {
    lookup(hostname, { ...options, all: true }, (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => {
      if (error) return done(error, '', 0);
      const allowed = found.filter(({ address }) => guard.allows(address));
      const [first] = allowed;
      if (!first) return done(Object.assign(new Error(ADDRESS_REFUSED), { code: ADDRESS_REFUSED }), '', 0);
      return options.all === true ? done(null, allowed) : done(null, first.address, first.family);
    });
  };
}
