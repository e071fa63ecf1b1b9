import type { Bench } from '../bench.ts';
import { type BundleJson, signEnvelope } from '../bundle.ts';
import { bundleEntry, dsse, hashedRekord } from '../log-requests.ts';
import { logToV1 } from '../services.ts';
import type { Signer } from '../signer.ts';
import { BROKEN, type Case, LOGGED_KEY, VERIFIED } from './case.ts';
import { entriesOf, inForeignLog, onlyEntry } from './entries.ts';

/** A bundle whose log entry is about its envelope, with another key or certificate. */
async function recordedWith(bench: Bench, signer: Signer, recorded: Signer): Promise<BundleJson> {
  const bundle = await bench.bundle({ signer, recorded: 'none' });
  const request = dsse(JSON.stringify(bundle.dsseEnvelope), recorded);
  bundle.verificationMaterial.tlogEntries = [
    bundleEntry(await logToV1(bench.sigstore.url, request)),
  ];
  return bundle;
}

/** What the transparency log recorded, and whether it is about this signature. */
export const LOG_CASES: readonly Case[] = [
  {
    name: 'G2, CVE-2026-22703: an entry that records another certificate',
    build: async (bench) => {
      await bench.attach(await recordedWith(bench, await bench.someone(), await bench.someone()));
    },
    cosign: 1,
    signature: BROKEN,
    problem: 'records another key or certificate',
  },
  {
    name: 'G2: an entry that records another key',
    terms: LOGGED_KEY,
    build: async (bench) => bench.attach(await recordedWith(bench, bench.key, bench.otherKey)),
    cosign: 1,
    signature: BROKEN,
    problem: 'records another key or certificate',
  },
  {
    name: 'G16: a logged key: one entry of one log is enough',
    terms: LOGGED_KEY,
    build: async (bench) => bench.attach(await bench.bundle({ signer: bench.key })),
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'a logged key, Rekor v2 without a timestamp',
    terms: LOGGED_KEY,
    build: async (bench) => {
      const wanted = { signer: bench.key, recorded: 'v2', timestamped: false } as const;
      await bench.attach(await bench.bundle(wanted));
    },
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'a key in no log',
    terms: LOGGED_KEY,
    build: async (bench) => {
      await bench.attach(await bench.bundle({ signer: bench.key, recorded: 'none' }));
    },
    cosign: 1,
    signature: BROKEN,
    problem: 'in no transparency log that the trusted root knows',
  },
  {
    name: 'CVE-2024-51746: the entry of another signature',
    build: async (bench) => {
      const signer = await bench.someone();
      const [bundle, other] = [await bench.bundle({ signer }), await bench.bundle({ signer })];
      bundle.verificationMaterial.tlogEntries = entriesOf(other);
      await bench.attach(bundle);
    },
    cosign: 1,
    signature: BROKEN,
  },
  {
    name: 'CVE-2024-51746: two entries, only the foreign one is valid',
    build: async (bench) => {
      const signer = await bench.someone();
      const [bundle, other] = [await bench.bundle({ signer }), await bench.bundle({ signer })];
      const own = onlyEntry(bundle);
      own.integratedTime = String(Number(own.integratedTime) + 1);
      bundle.verificationMaterial.tlogEntries = [own, ...entriesOf(other)];
      await bench.attach(bundle);
    },
    cosign: 1,
    signature: BROKEN,
  },
  {
    name: 'G6: an entry of an unknown log beside a good one',
    build: async (bench) => {
      const bundle = await bench.bundle();
      entriesOf(bundle).push(inForeignLog(onlyEntry(bundle)));
      await bench.attach(bundle);
    },
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'G6: an entry of an unknown log alone',
    build: async (bench) => {
      const bundle = await bench.bundle();
      bundle.verificationMaterial.tlogEntries = [inForeignLog(onlyEntry(bundle))];
      await bench.attach(bundle);
    },
    cosign: 1,
    signature: BROKEN,
  },
  {
    name: 'G16, CVE-2026-49834: the same entry twice',
    build: async (bench) => {
      const bundle = await bench.bundle();
      entriesOf(bundle).push(onlyEntry(bundle));
      await bench.attach(bundle);
    },
    cosign: 1,
    signature: BROKEN,
    problem: 'duplicate',
  },
  {
    name: 'an envelope that is logged as if it were a file',
    build: async (bench) => {
      const signer = await bench.someone();
      const { envelope, encoded, signature } = signEnvelope(signer, bench.statement());
      const request = hashedRekord(encoded, signature, signer);
      const entry = bundleEntry(await logToV1(bench.sigstore.url, request));
      const bundle = await bench.bundle({ signer, recorded: 'none' });
      bundle.dsseEnvelope = envelope;
      bundle.verificationMaterial.tlogEntries = [entry];
      await bench.attach(bundle);
    },
    cosign: 1,
    signature: BROKEN,
    problem: 'log entry is of kind hashedrekord 0.0.1',
  },
  {
    name: 'G18: Rekor v2 without a timestamp',
    build: async (bench) => {
      await bench.attach(await bench.bundle({ recorded: 'v2', timestamped: false }));
    },
    cosign: 1,
    signature: BROKEN,
    problem: 'no trusted signing time',
  },
  {
    name: 'G18: Rekor v2 with a timestamp',
    build: async (bench) => bench.attach(await bench.bundle({ recorded: 'v2' })),
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'CVE-2026-48816: an integrated time that no log signed',
    build: async (bench) => {
      const bundle = await bench.bundle({ recorded: 'v2', timestamped: false });
      onlyEntry(bundle).integratedTime = String(Math.floor(bench.sigstore.now().getTime() / 1_000));
      await bench.attach(bundle);
    },
    cosign: 1,
    signature: BROKEN,
    problem: 'no trusted signing time',
  },
  {
    name: 'CVE-2026-48816: an entry without its signed entry timestamp',
    build: async (bench) => {
      const bundle = await bench.bundle();
      delete onlyEntry(bundle).inclusionPromise;
      await bench.attach(bundle);
    },
    cosign: 1,
    signature: BROKEN,
    problem: 'no trusted signing time',
  },
  {
    name: 'a forged integrated time',
    build: async (bench) => {
      const bundle = await bench.bundle();
      const entry = onlyEntry(bundle);
      entry.integratedTime = String(Number(entry.integratedTime) + 1);
      await bench.attach(bundle);
    },
    cosign: 1,
    signature: BROKEN,
  },
  {
    name: 'a forged proof of inclusion',
    build: async (bench) => {
      const bundle = await bench.bundle();
      const proof = onlyEntry(bundle).inclusionProof;
      if (proof) proof.hashes = proof.hashes.toReversed();
      await bench.attach(bundle);
    },
    cosign: 1,
    signature: BROKEN,
  },
  {
    name: 'an entry whose kind is not what its body says',
    build: async (bench) => {
      const bundle = await bench.bundle();
      onlyEntry(bundle).kindVersion = { kind: 'intoto', version: '0.0.2' };
      await bench.attach(bundle);
    },
    cosign: 0,
    ours: 1,
    why: 'cosign ignores the field; what contradicts itself is refused here',
    signature: BROKEN,
  },
];
