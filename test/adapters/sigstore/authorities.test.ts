import { describe, expect, it } from '@jest/globals';
import { mayIssueSigners, mayStamp } from '../../../lambda/adapters/sigstore/authorities.ts';
import { type Der, oid, sequence } from '../../support/sigstore/der.ts';
import {
  certificate,
  extension,
  extensions,
  generateP256,
  nameOf,
  spkiOf,
} from '../../support/sigstore/x509.ts';

const STAMPING = '1.3.6.1.5.5.7.3.8';
const CODE = '1.3.6.1.5.5.7.3.3';
const ANY = '2.5.29.37.0';
const SERVERS = '1.3.6.1.5.5.7.3.1';

const usage = (critical: boolean, ...ids: readonly string[]) =>
  extension('2.5.29.37', critical, sequence(...ids.map(oid)));
const UNKNOWN = extension('1.2.3.4', true, sequence());
const NAMES = extension('2.5.29.30', false, sequence());

const keys = generateP256();

/** Certificates with these extensions, the one that signs first. */
function authority(...chain: readonly (readonly Der[])[]): Parameters<typeof mayStamp>[0] {
  const certificates = chain.map((ofOne) => ({
    rawBytes: certificate(
      {
        issuer: nameOf('authority'),
        subject: nameOf('authority'),
        notBefore: new Date('2026-01-01T00:00:00Z'),
        notAfter: new Date('2027-01-01T00:00:00Z'),
        spki: spkiOf(keys.publicKey),
        extensions: ofOne,
      },
      keys.privateKey,
    ),
  }));
  return {
    subject: undefined,
    uri: '',
    operator: '',
    validFor: undefined,
    certChain: { certificates },
  };
}

const STAMPER = [extensions.leaf(), usage(true, STAMPING)];
const ABOVE = [extensions.authority()];

describe('an authority whose timestamps count', () => {
  it.each([
    ['does not say what the one above is for', [STAMPER, ABOVE]],
    ['says that the one above is for timestamps', [STAMPER, [...ABOVE, usage(false, STAMPING)]]],
    ['says that the one above is for anything', [STAMPER, [...ABOVE, usage(false, ANY)]]],
  ])('%s', (_what, chain) => {
    expect(mayStamp(authority(...chain))).toBe(true);
  });
});

describe('timestamps do not count of an authority', () => {
  it.each([
    ['without certificates', []],
    ['that nobody vouches for', [STAMPER]],
    ['that signs them with its own certificate', [[...ABOVE, usage(true, STAMPING)], ABOVE]],
    ['that does not say what its signer is for', [[extensions.leaf()], ABOVE]],
    ['whose signer is for something else', [[usage(true, CODE)], ABOVE]],
    ['whose signer is for something else, too', [[usage(true, STAMPING, CODE)], ABOVE]],
    ['whose signer may be used for others', [[usage(false, STAMPING)], ABOVE]],
    ['G4: whose signer has an unknown critical extension', [[...STAMPER, UNKNOWN], ABOVE]],
    ['G4: that has an unknown critical extension above', [STAMPER, [...ABOVE, UNKNOWN]]],
    ['that is for something else above', [STAMPER, [...ABOVE, usage(false, CODE)]]],
    ['that is for something else at its root', [STAMPER, ABOVE, [...ABOVE, usage(false, CODE)]]],
  ])('%s', (_what, chain) => {
    expect(mayStamp(authority(...chain))).toBe(false);
  });
});

describe('certificates of an authority', () => {
  it.each([
    ['count', [ABOVE, ABOVE], true],
    ['count where it is for signing code', [[...ABOVE, usage(false, CODE)], ABOVE], true],
    ['count where it is for anything', [[...ABOVE, usage(false, ANY)], ABOVE], true],
    ['G3: do not count where it is for TLS servers', [[...ABOVE, usage(false, SERVERS)], ABOVE]],
    ['G3: do not count where its root is', [ABOVE, [...ABOVE, usage(false, SERVERS)]]],
    ['G4: do not count where it has an unknown critical extension', [[...ABOVE, UNKNOWN], ABOVE]],
    ['G4: do not count where its root has one', [ABOVE, [...ABOVE, UNKNOWN]]],
    ['G4: do not count where it constrains names', [[...ABOVE, NAMES], ABOVE]],
  ])('%s', (_what, chain, counts = false) => {
    expect(mayIssueSigners(authority(...chain))).toBe(counts);
  });
});
