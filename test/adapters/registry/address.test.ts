import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isAllowed, isLoopbackHost } from '../../../lambda/adapters/registry/address.ts';

const NONE = { loopback: false, linkLocal: false, private: false };
const PRIVATE = { ...NONE, private: true };
const ALL = { loopback: true, linkLocal: true, private: true };

describe('isAllowed', () => {
  it.each(['93.184.216.34', '1.1.1.1', '172.32.0.1', '2606:4700::1111', '::ffff:1.1.1.1'])(
    'takes the public address %s',
    (address) => expect(isAllowed(address, NONE)).toBe(true),
  );

  it.each([
    ...['10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.0.1', '100.64.0.1'],
    ...['fd12::1', 'fec0::1', '::ffff:10.0.0.1', '::ffff:a00:1'],
  ])('takes the private address %s only where that is allowed', (address) => {
    expect(isAllowed(address, NONE)).toBe(false);
    expect(isAllowed(address, PRIVATE)).toBe(true);
  });

  it.each(['169.254.1.1', '169.254.79.129', 'fe80::1', '::ffff:169.254.1.1'])(
    'takes the link-local address %s only where that is allowed',
    (address) => {
      expect(isAllowed(address, PRIVATE)).toBe(false);
      expect(isAllowed(address, { ...NONE, linkLocal: true })).toBe(true);
    },
  );

  it.each(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'])(
    'takes the loopback address %s only where that is allowed',
    (address) => {
      expect(isAllowed(address, PRIVATE)).toBe(false);
      expect(isAllowed(address, { ...NONE, loopback: true })).toBe(true);
    },
  );

  it.each([
    ...['169.254.169.254', '169.254.170.2', 'fd00:ec2::254', '::ffff:169.254.169.254'],
    ...['0.0.0.0', '::', '224.0.0.1', '255.255.255.255', 'ff02::1', '192.0.0.192'],
    ...['64:ff9b::7f00:1', '2002:7f00:1::', '2001:0:1::', '::127.0.0.1', 'localhost', ''],
  ])('never takes %j', (address) => {
    expect(isAllowed(address, ALL)).toBe(false);
  });

  it('judges an IPv4 address the same when it is written as IPv6', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        for (const policy of [NONE, PRIVATE, ALL]) {
          expect(isAllowed(`::ffff:${address}`, policy)).toBe(isAllowed(address, policy));
        }
      }),
    );
  });
});

describe('isLoopbackHost', () => {
  it('knows what a URL makes of every way to write it', () => {
    for (const host of ['localhost', '127.0.0.1', '0x7f.1', '2130706433', '127.1', '[::1]']) {
      expect(isLoopbackHost(new URL(`http://${host}`).hostname)).toBe(true);
    }
    for (const host of ['localhost.example.com', '128.0.0.1', 'ghcr.io', '[::2]']) {
      expect(isLoopbackHost(new URL(`http://${host}`).hostname)).toBe(false);
    }
  });
});
