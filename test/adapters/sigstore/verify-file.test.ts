import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createFileVerifier } from '../../../lambda/adapters/sigstore/file-verifier.ts';
import { createVerifier } from '../../../lambda/adapters/sigstore/index.ts';
import type { FileArtifact } from '../../../lambda/application/ports.ts';
import { type Digest, digestOf } from '../../../lambda/domain/digest.ts';
import { Bench, IDENTITY, ISSUER } from '../../support/sigstore/bench.ts';
import { FileBench, type FileBundle } from '../../support/sigstore/conformance/bench.ts';
import { older } from '../../support/sigstore/conformance/bundles.ts';
import { MemoryRegistry } from '../../support/sigstore/memory-registry.ts';
import { keyless, policyOf, REPOSITORY, rootsOf, ruleOfPem } from './policies.ts';

let bench: FileBench;
beforeAll(async () => {
  bench = await FileBench.start();
});
afterAll(() => bench.close());

function verify(bundle: FileBundle, file: FileArtifact = { bytes: bench.file }, root = 'given') {
  const trustRoots = rootsOf({ given: bench.root() });
  const policy = policyOf(ruleOfPem(bench.key.pem), {
    trustRoot: root,
    unsafeIgnoreTransparencyLog: false,
    signedBy: [ruleOfPem(bench.key.pem), keyless(IDENTITY, ISSUER)],
  });
  const bytes = Buffer.from(JSON.stringify(bundle));
  return createFileVerifier(trustRoots, () => new Date()).verifyFile(bytes, file, policy, 'hash');
}

async function about(...digests: Readonly<Record<string, string>>[]): Promise<FileBundle> {
  const subject = digests.map((digest) => ({ digest }));
  return bench.attested({ signer: bench.key, statement: { ...bench.statement(), subject } });
}

const hex = (algorithm: string, bytes = bench.file) =>
  createHash(algorithm).update(bytes).digest('hex');

describe('a statement about a file', () => {
  it('may have it among other subjects', async () => {
    const other = { sha256: hex('sha256', bench.otherFile) };
    expect(await verify(await about(other, { sha256: hex('sha256') }))).toMatchObject({
      verdict: 'verified',
    });
  });

  it('may name it by a longer digest, for whoever has the file', async () => {
    const bundle = await about({ sha512: hex('sha512') });
    expect(await verify(bundle)).toMatchObject({ verdict: 'verified' });
    const digest = digestOf(bench.file);
    expect(await verify(bundle, { digest })).toMatchObject({ verdict: 'rejected' });
  });

  it.each([{}, { _type: 'garbage' }, { _type: 1 }])(
    'must be of a known version: %j',
    async (more) => {
      const { _type, ...statement } = bench.statement() as { _type?: unknown };
      const bundle = await bench.attested({
        signer: bench.key,
        statement: { ...statement, ...more },
      });
      expect(await verify(bundle)).toMatchObject({ verdict: 'rejected' });
    },
  );

  it.each([
    ['no subject', []],
    ['a subject without a digest', [{}]],
    ['a digest that nobody here knows', [{ md5: '00' }]],
    // Attack: a subject that is this file by one digest and another by a second.
    ['two digests of two files', [{ sha256: 'ours', sha512: '00' }]],
    ['a digest in upper case', [{ sha256: 'OURS' }]],
  ])('is not about it with %s', async (_what, digests) => {
    const own = digests.map((digest) =>
      JSON.parse(
        JSON.stringify(digest)
          .replace('ours', hex('sha256'))
          .replace('OURS', hex('sha256').toUpperCase()),
      ),
    );
    const { verdict, detail } = await verify(await about(...own));
    expect([verdict, detail]).toEqual(['rejected', expect.stringContaining('another file')]);
  });
});

describe('a bundle over a file', () => {
  it('must not bring the root of its certificate, in any version', async () => {
    const bundle = older(await bench.message(), '0.2', bench.sigstore.services.authority.chain);
    expect(await verify(bundle)).toMatchObject({
      verdict: 'rejected',
      detail: expect.stringContaining('root certificate'),
    });
  });

  it('must name the digest of the file, which nobody signed', async () => {
    const bundle = await bench.message({ signer: bench.key });
    const digest = createHash('sha256').update(bench.otherFile).digest('base64');
    if (bundle.messageSignature) bundle.messageSignature.messageDigest.digest = digest;
    expect(await verify(bundle)).toMatchObject({
      verdict: 'rejected',
      detail: expect.stringContaining('another file'),
    });
  });

  it('must name a digest that is known', async () => {
    const bundle = await bench.message({ signer: bench.key });
    if (bundle.messageSignature) bundle.messageSignature.messageDigest.algorithm = 'SHA3_256';
    expect(await verify(bundle)).toMatchObject({ detail: expect.stringContaining('no digest') });
  });

  it('is inconclusive without a trusted root', async () => {
    const bundle = await bench.message();
    expect(await verify(bundle, { bytes: bench.file }, 'none')).toMatchObject({
      verdict: 'inconclusive',
      reason: 'trust-root-unavailable',
    });
  });

  it('is never a crash', async () => {
    const odd = { digest: undefined as unknown as Digest };
    expect(await verify(await bench.message(), odd)).toMatchObject({ verdict: 'inconclusive' });
  });

  // Attack: a key that signed an empty file, whose bundle is attached to an image.
  it('is no signature of an image, not even over nothing', async () => {
    const registry = new MemoryRegistry();
    const image = new Bench(bench.sigstore, registry);
    const digest = await image.image('v1');
    await image.attach(await bench.message({ signer: bench.key, file: Buffer.alloc(0) }));
    const options = {
      registry,
      trustRoots: rootsOf({ given: bench.root() }),
      now: () => new Date(),
    };
    const policy = policyOf(ruleOfPem(bench.key.pem), { mode: 'cosign', trustRoot: 'given' });
    const found = await createVerifier(options).verify(REPOSITORY, digest, policy, 'hash');
    expect(found).toMatchObject({ verdict: 'rejected', cosignExit: 1 });
    expect(found.detail).toContain('and is not signed by it');
  });
});
