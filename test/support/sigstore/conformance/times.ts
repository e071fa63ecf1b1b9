import type { TimestampAuthority } from '../timestamp-authority.ts';
import { DAY, FileBench, type FileBundle, MINUTE, type RootJson, signatureOf } from './bench.ts';
import type { Vector } from './vector.ts';

const HOUR = 60 * MINUTE;

type Stamps = { signedTimestamp: string }[];

async function stamped(
  bench: FileBench,
  stampsOf: (signature: Buffer) => Stamps | Promise<Stamps>,
): Promise<FileBundle> {
  const bundle = await bench.message({ recorded: 'v2', timestamped: false });
  const rfc3161Timestamps = await stampsOf(signatureOf(bundle));
  bundle.verificationMaterial.timestampVerificationData = { rfc3161Timestamps };
  return bundle;
}

/** The trusted root with this authority in place of the bench's own. */
function rootWith(
  bench: FileBench,
  { chain }: TimestampAuthority,
  change: (root: RootJson) => void = () => undefined,
): Buffer {
  const certificates = chain.map((der) => ({ rawBytes: der.toString('base64') }));
  return bench.root((root) => {
    root.timestampAuthorities = root.timestampAuthorities.map((authority) => ({
      ...authority,
      certChain: { certificates },
    }));
    change(root);
  });
}

function iso(bench: FileBench, offset: number): string {
  return new Date(bench.now.getTime() + offset).toISOString();
}

/** The very second of the bench's clock, to which timestamps and log entries are cut. */
function thisSecond(bench: FileBench): string {
  return new Date(Math.floor(bench.now.getTime() / 1_000) * 1_000).toISOString();
}

/** When a signature was made, and who says so. */
export const TIME_VECTORS: readonly Vector[] = [
  {
    name: 'rekor2-timestamp-with-embedded-cert',
    build: async (bench) => ({
      bundle: await stamped(bench, (signature) => [bench.stamp(signature)]),
    }),
  },
  {
    name: 'rekor2-timestamp-without-embedded-cert',
    build: async (bench) => ({
      bundle: await stamped(bench, (signature) => [bench.stamp(signature, undefined, false)]),
    }),
  },
  {
    name: 'rekor2-timestamp-with-expired-cert-chain',
    build: async (bench) => {
      // Good when it stamped, expired since.
      const authority = bench.timestampAuthority(-HOUR, HOUR);
      const bundle = await stamped(bench, (signature) => [bench.stamp(signature, authority)]);
      return { bundle, root: rootWith(bench, authority) };
    },
  },
  {
    name: 'rekor2-timestamp-outside-tsa-cert-validity_fail',
    build: async (bench) => {
      const authority = bench.timestampAuthority(-2 * HOUR, -HOUR);
      const bundle = await stamped(bench, (signature) => [bench.stamp(signature, authority)]);
      return { bundle, root: rootWith(bench, authority) };
    },
  },
  {
    name: 'rekor2-timestamp-outside-trust-root-tsa-validity_fail',
    build: async (bench) => ({
      bundle: await stamped(bench, (signature) => [bench.stamp(signature)]),
      root: bench.root(({ timestampAuthorities }) => {
        for (const { validFor } of timestampAuthorities) validFor.end = iso(bench, -MINUTE);
      }),
    }),
  },
  {
    name: 'rekor2-timestamp-wrong-tsa-validity-borrow_fail',
    build: async (bench) => ({
      bundle: await stamped(bench, (signature) => [bench.stamp(signature)]),
      root: bench.root((root) => {
        for (const { validFor } of root.timestampAuthorities) validFor.end = iso(bench, -MINUTE);
        const validFor = { start: iso(bench, -DAY), end: iso(bench, DAY) };
        root.timestampAuthorities.push({ certChain: { certificates: [] }, validFor });
      }),
    }),
  },
  {
    name: 'rekor2-timestamp-payload-mismatch_fail',
    build: async (bench) => ({
      bundle: await stamped(bench, () => [bench.stamp(Buffer.from('other'))]),
    }),
  },
  {
    name: 'rekor2-timestamp-untrusted-tsa-with-embedded-cert_fail',
    build: async (bench) => {
      const authority = bench.timestampAuthority(-DAY, DAY);
      return { bundle: await stamped(bench, (signature) => [bench.stamp(signature, authority)]) };
    },
  },
  {
    name: 'rekor2-timestamp-untrusted-tsa-without-embedded-cert_fail',
    build: async (bench) => {
      const authority = bench.timestampAuthority(-DAY, DAY);
      return {
        bundle: await stamped(bench, (signature) => [bench.stamp(signature, authority, false)]),
      };
    },
  },
  {
    name: 'rekor2-timestamp-with-incorrect-time_fail',
    build: async (bench) => ({
      bundle: await stamped(bench, (signature) => bench.later(DAY, () => [bench.stamp(signature)])),
    }),
  },
  {
    name: 'rekor2-multiple-timestamps-one-outside-cert-validity_fail',
    build: async (bench) => ({
      bundle: await stamped(bench, async (signature) => [
        bench.stamp(signature),
        await bench.later(DAY, () => bench.stamp(signature)),
      ]),
    }),
    cosign: 'verified',
  },
];

/** Of what a trusted root says, and when it holds. */
export const ROOT_VECTORS: readonly Vector[] = [
  {
    name: 'trust-root-tlog-missing-validity-start_fail',
    build: async (bench) => ({
      bundle: await bench.message(),
      root: bench.root(({ tlogs }) => {
        for (const { publicKey } of tlogs) delete publicKey.validFor.start;
      }),
    }),
  },
  {
    name: 'trust-root-tlog-validity-end-inclusive',
    build: async (bench) => ({
      bundle: await bench.message(),
      root: bench.root(({ tlogs }) => {
        for (const { publicKey } of tlogs) publicKey.validFor.end = thisSecond(bench);
      }),
    }),
  },
  {
    name: 'trust-root-tsa-validity-end-inclusive',
    build: async (bench) => ({
      bundle: await bench.message({ recorded: 'v2' }),
      root: bench.root(({ timestampAuthorities }) => {
        for (const { validFor } of timestampAuthorities) validFor.end = thisSecond(bench);
      }),
    }),
  },
  {
    name: 'invalid-ct-key_fail',
    build: async (bench) => ({
      bundle: await bench.message(),
      root: bench.root(({ ctlogs }) => {
        for (const { publicKey } of ctlogs)
          publicKey.rawBytes = bench.otherKey.der.toString('base64');
      }),
    }),
  },
  {
    name: 'sct-duplicate-intermediate-name',
    build: async (bench) => {
      const decoy = await FileBench.start();
      const [other] = JSON.parse(decoy.root().toString()).certificateAuthorities;
      await decoy.close();
      const root = bench.root(
        ({ certificateAuthorities }) => void certificateAuthorities.unshift(other),
      );
      return { bundle: await bench.message(), root };
    },
  },
];
