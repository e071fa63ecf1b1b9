import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseBundle } from '../../../lambda/adapters/sigstore/bundle-json.ts';
import { readLeaf } from '../../../lambda/adapters/sigstore/certificate.ts';
import { verifySigned } from '../../../lambda/adapters/sigstore/cryptography.ts';
import { loadTrustedRoot } from '../../../lambda/adapters/sigstore/index.ts';
import { signedFromBundle } from '../../../lambda/adapters/sigstore/signed.ts';
import { digestOf } from '../../../lambda/domain/digest.ts';
import {
  type AuthorityJson,
  DAY,
  FileBench,
  type FileBundle,
  signatureOf,
} from '../../support/sigstore/conformance/bench.ts';
import { TimestampAuthority } from '../../support/sigstore/timestamp-authority.ts';

let bench: FileBench;
let second: TimestampAuthority;
beforeAll(async () => {
  bench = await FileBench.start();
  second = bench.timestampAuthority(-DAY, 3 * DAY);
});
afterAll(() => bench.close());

/** Trusts the second authority as well. */
function root(): Buffer {
  return bench.root(({ timestampAuthorities }) => {
    const [first] = timestampAuthorities as [AuthorityJson];
    const certificates = second.chain.map((der) => ({ rawBytes: der.toString('base64') }));
    timestampAuthorities.push({ ...first, certChain: { certificates } });
  });
}

type Stamp = { signedTimestamp: string };

async function bundle(stampsOf: (signature: Buffer) => Promise<Stamp[]>): Promise<FileBundle> {
  const made = await bench.attested({ recorded: 'v2', timestamped: false });
  const rfc3161Timestamps = await stampsOf(signatureOf(made));
  made.verificationMaterial.timestampVerificationData = { rfc3161Timestamps };
  return made;
}

function verify(json: FileBundle, ofFile: boolean): Date | undefined {
  const bytes = Buffer.from(JSON.stringify(json));
  const signed = { ...signedFromBundle(parseBundle(bytes), digestOf(bytes), false), ofFile };
  const rules = { unsafeIgnoreTransparencyLog: false, useSignedTimestamps: true };
  const conditions = { material: loadTrustedRoot(root()).material, rules, now: new Date() };
  const leaf = readLeaf(signed.certificate ?? Buffer.alloc(0));
  return verifySigned(signed, { kind: 'certificate', leaf }, conditions).signedAt;
}

const later = (signature: Buffer, authority?: TimestampAuthority) =>
  bench.later(DAY, () => bench.stamp(signature, authority));
const stranger = (signature: Buffer) => bench.stamp(signature, bench.timestampAuthority(-DAY, DAY));
/** By somebody who calls himself as the second authority does, at a time that he makes up. */
function impostor(signature: Buffer): Stamp {
  const now = bench.now.getTime();
  const [start, end, early] = [now - DAY, now + DAY, now - 1_000].map((time) => new Date(time));
  const dates = [start as Date, end as Date, () => early as Date] as const;
  return bench.stamp(signature, new TimestampAuthority(...dates, second));
}

describe.each([
  ['an image', false],
  ['a file', true],
])('of several timestamps of %s', (_what, ofFile) => {
  it('the earliest is the time of signing when all hold', async () => {
    const made = await bundle(async (signature) => [
      await bench.later(60_000, () => bench.stamp(signature, second)),
      bench.stamp(signature),
    ]);
    const cut = Math.floor(bench.now.getTime() / 1_000) * 1_000;
    expect(verify(made, ofFile)?.getTime()).toBe(cut);
  });

  it('none may be of a time at which the certificate was not valid', async () => {
    const made = await bundle(async (signature) => [
      bench.stamp(signature),
      await later(signature, second),
    ]);
    expect(() => verify(made, ofFile)).toThrow('not valid or expired');
  });

  it('one by a stranger proves nothing and harms nothing', async () => {
    const made = await bundle(async (signature) => [stranger(signature), bench.stamp(signature)]);
    expect(verify(made, ofFile)).toBeDefined();
  });

  it('one by an impostor proves nothing and harms nothing', async () => {
    const made = await bundle(async (signature) => [impostor(signature), bench.stamp(signature)]);
    const cut = Math.floor(bench.now.getTime() / 1_000) * 1_000;
    expect(verify(made, ofFile)?.getTime()).toBe(cut);
  });

  it('impostors alone prove nothing', async () => {
    const made = await bundle(async (signature) => [impostor(signature), impostor(signature)]);
    expect(() => verify(made, ofFile)).toThrow('timestamp');
  });

  it('strangers alone prove nothing', async () => {
    const made = await bundle(async (signature) => [stranger(signature), stranger(signature)]);
    expect(() => verify(made, ofFile)).toThrow('timestamp is by an unknown authority');
  });
});

describe('a second timestamp of the same authority', () => {
  const twice = () => bundle(async (signature) => [bench.stamp(signature), await later(signature)]);

  it('counts for nothing on an image, as for cosign: anybody who may push can add one', async () => {
    expect(verify(await twice(), false)).toBeDefined();
  });

  it('counts of a file', async () => {
    const made = await twice();
    expect(() => verify(made, true)).toThrow('not valid or expired');
  });
});
