import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRegistryClient } from '../../../lambda/adapters/registry/index.ts';
import { createVerifier } from '../../../lambda/adapters/sigstore/index.ts';
import { parseReference } from '../../../lambda/domain/reference.ts';
import type { Verification } from '../../../lambda/domain/verdict.ts';
import { startRegistry } from '../../support/registry/index.ts';
import { IDENTITY, ISSUER } from '../../support/sigstore/bench.ts';
import { BOUNDED_INPUTS, type BoundedInput, Place } from '../../support/sigstore/bounds/index.ts';
import { type SigstoreDouble, startSigstore } from '../../support/sigstore/index.ts';
import { keyless, policyOf, rootsOf } from './policies.ts';

let sigstore: SigstoreDouble;
beforeAll(async () => {
  sigstore = await startSigstore();
});
afterAll(() => sigstore.close());

interface Seen {
  readonly verification: Verification;
  readonly requests: number;
  /** Of bodies, as they come out of the socket. */
  readonly bytes: number;
}

/** A verdict over HTTP on one hostile image, and what was asked and read for it. */
async function verdictOn(build: BoundedInput['build']): Promise<Seen> {
  const registry = await startRegistry({ referrers: true });
  const client = createRegistryClient({ now: Date.now, allowLoopback: true });
  let bytes = 0;
  const count = (message: unknown) => {
    bytes += (message as { chunk: Uint8Array }).chunk.length;
  };
  try {
    const place = new Place(sigstore, registry);
    const reference = parseReference(await place.image());
    await build(place);
    subscribe(CHUNK, count);
    const trustRoots = rootsOf({ captured: sigstore.trustedRoot() });
    const verifier = createVerifier({ registry: client, trustRoots, now: sigstore.now });
    const policy = policyOf(keyless(IDENTITY, ISSUER));
    const verification = await verifier.verify(reference, place.bench.digest, policy, 'hash');
    return { verification, requests: registry.requests.length, bytes };
  } finally {
    unsubscribe(CHUNK, count);
    await client.close();
    await registry.close();
  }
}

const CHUNK = 'undici:request:bodyChunkReceived';

describe('an image with more than may be read', () => {
  it.each(BOUNDED_INPUTS.map((input) => [input.name, input] as const))(
    'is refused after few requests and bytes: %s',
    async (_name, { build, verdict, detail, ...most }) => {
      const { verification, requests, bytes } = await verdictOn(build);
      const said = `${verification.verdict} ${verification.reason}`;
      expect({ said, detail: verification.detail }).toEqual({
        said: verdict,
        detail: expect.stringMatching(detail),
      });
      expect(requests).toBeLessThanOrEqual(most.requests);
      expect(bytes).toBeLessThanOrEqual(most.bytes);
    },
  );

  it('is verified where it has no more than that', async () => {
    const { verification, bytes } = await verdictOn(async ({ bench }) => {
      await bench.attach(await bench.bundle({ timestamped: true }));
    });
    expect(verification.verdict).toBe('verified');
    expect(bytes).toBeGreaterThan(1_000);
  });
});
