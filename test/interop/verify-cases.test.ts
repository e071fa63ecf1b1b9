import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type RegistryDouble, startRegistry } from '../support/registry/index.ts';
import type { Repository } from '../support/registry/store.ts';
import { Bench, IDENTITY, ISSUER, type Sink } from '../support/sigstore/bench.ts';
import { CASES, KEYLESS, type Terms } from '../support/sigstore/cases/index.ts';
import { type SigstoreDouble, startSigstore } from '../support/sigstore/index.ts';
import { Judges } from './judges.ts';
import { suite } from './parity.ts';
import { findPeers, type Peers } from './peers.ts';

let sigstore: SigstoreDouble;
let registry: RegistryDouble;
let judges: Judges;

/**
 * What the unit tests say that cosign says of each case is only as good as this: the real one is
 * asked, of the same bytes, and so are we, over HTTP.
 */
suite.each(Object.entries(CASES))('%s: cosign says what the cases say it says', (_area, cases) => {
  beforeAll(async () => {
    sigstore = await startSigstore();
    registry = await startRegistry({ referrers: true });
    judges = await Judges.open(findPeers() as Peers);
  });
  afterAll(async () => {
    await judges.close();
    await registry.close();
    await sigstore.close();
  });

  it.each(cases)('$name', async ({ name, build, terms = KEYLESS, cosign, ours = cosign }) => {
    const repository = `cases/image-${cases.findIndex((one) => one.name === name)}`;
    const bench = new Bench(sigstore, sinkOf(registry.store.repository(repository)));
    const digest = await bench.image('v1');
    await build(bench);
    await judges.put('signer.pub', bench.key.pem);
    await judges.put('root.json', bench.trustedRoot());
    const reference = `${registry.host}/${repository}@${digest}`;
    const said = await judges.judge('verify', flagsOf(terms), reference);
    expect({ ...said, problem: '', theirs: '' }).toEqual({ cosign, ours, problem: '', theirs: '' });
  });
});

function sinkOf(repository: Repository): Sink {
  return {
    blob: async (bytes, mediaType) => ({
      ...{ mediaType, size: bytes.length },
      digest: repository.putBlob(bytes),
    }),
    manifest: async (manifest, mediaType, tag) => {
      const bytes = Buffer.from(JSON.stringify(manifest));
      const digest = repository.putManifest(bytes, mediaType, tag);
      return { mediaType, size: bytes.length, digest };
    },
  };
}

function flagsOf(terms: Terms): string {
  const { by, ignoreTlog, useSignedTimestamps, digestAlgorithm, annotations = {} } = terms;
  const signer =
    by === 'key'
      ? '--key signer.pub'
      : `--certificate-identity ${IDENTITY} --certificate-oidc-issuer ${ISSUER}`;
  return [
    signer,
    ignoreTlog ? '--insecure-ignore-tlog' : '',
    ignoreTlog && by === 'key' && !useSignedTimestamps ? '' : '--trusted-root root.json',
    digestAlgorithm ? `--signature-digest-algorithm ${digestAlgorithm}` : '',
    useSignedTimestamps ? '--use-signed-timestamps' : '',
    ...Object.entries(annotations).map(([name, value]) => `-a ${name}=${value}`),
  ].join(' ');
}
