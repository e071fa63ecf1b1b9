import { lookup as systemLookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** What of: only who was asking can tell. */
export class AddressForbidden extends Error {
  readonly code = 'ADDRESS_FORBIDDEN';
}

/** Which addresses beside public ones may be connected to. */
export interface AddressPolicy {
  readonly loopback: boolean;
  readonly linkLocal: boolean;
  readonly private: boolean;
}

type Kind = 'public' | 'loopback' | 'linkLocal' | 'private' | 'never';

/** RFC 6890 and IANA's special-purpose registries. The cloud's metadata services are never anybody's registry. */
const RANGES: readonly (readonly [Kind, readonly string[]])[] = [
  ['never', ['169.254.169.254/32', '169.254.170.0/24', 'fd00:ec2::/32', '0.0.0.0/8', '::/128']],
  ['loopback', ['127.0.0.0/8', '::1/128']],
  ['linkLocal', ['169.254.0.0/16', 'fe80::/10']],
  [
    'private',
    ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7', 'fec0::/10'],
  ],
  [
    'never',
    ['192.0.0.0/24', '192.0.2.0/24', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'].concat(
      ['224.0.0.0/4', '240.0.0.0/4', 'ff00::/8', '2001:db8::/32', '100::/64'],
      // Prefixes that carry an IPv4 address inside: tunnels and translators would take us anywhere.
      ['64:ff9b::/96', '64:ff9b:1::/48', '2002::/16', '2001::/32', '::/96'],
    ),
  ],
];

const LISTS = RANGES.map(([kind, ranges]) => {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = '', prefix] = range.split('/');
    list.addSubnet(network, Number(prefix), network.includes(':') ? 'ipv6' : 'ipv4');
  }
  return { kind, list };
});

export function isAllowed(address: string, policy: AddressPolicy): boolean {
  const kind = kindOf(address);
  return kind === 'public' || (kind !== 'never' && policy[kind]);
}

/** An IPv4 address inside IPv6 (`::ffff:10.0.0.1`) is judged as that address: BlockList does so. */
function kindOf(address: string): Kind {
  const family = isIP(address);
  if (family === 0) return 'never';
  return (
    LISTS.find(({ list }) => list.check(address, family === 6 ? 'ipv6' : 'ipv4'))?.kind ?? 'public'
  );
}

/** `localhost`, 127.0.0.0/8 and ::1, as a URL's hostname spells them. */
export function isLoopbackHost(hostname: string): boolean {
  const bare = bareHost(hostname);
  return bare === 'localhost' || (isIP(bare) !== 0 && kindOf(bare) === 'loopback');
}

export function bareHost(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

/**
 * Attack: a reference, realm or redirect that names a private address itself. A literal is never
 * looked up, so that the lookup below would not see it.
 */
export function assertLiteralAllowed(hostname: string, policy: AddressPolicy): void {
  const bare = bareHost(hostname);
  if (isIP(bare) !== 0 && !isAllowed(bare, policy)) throw forbidden(bare, bare);
}

/**
 * Attack: a name that resolves to a private address, perhaps only the second time (DNS rebinding).
 * Every address is checked, and the connection goes to what was checked: there is no second lookup.
 */
export function checkedLookup(
  policy: AddressPolicy,
  resolve: LookupFunction = systemLookup as LookupFunction,
): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, []);
      const addresses = Array.isArray(found) ? found : [{ address: found, family: isIP(found) }];
      const refused = addresses.find(({ address }) => !isAllowed(address, policy));
      if (refused !== undefined) return callback(forbidden(hostname, refused.address), []);
      const [first] = addresses;
      if (options.all === true || first === undefined) return callback(null, addresses);
      return callback(null, first.address, first.family);
    });
  };
}

function forbidden(hostname: string, address: string): AddressForbidden {
  const which = hostname === address ? address : `${hostname} (${address})`;
  return new AddressForbidden(`${which} is not a public address`);
}
