import { IDENTITY } from '../bench.ts';
import type { BundleJson } from '../bundle.ts';
import { SigstoreDouble } from '../server.ts';
import { stampRequest, timestamp } from '../services.ts';
import { TimestampAuthority } from '../timestamp-authority.ts';
import { BROKEN, type Case, KEY, VERIFIED } from './case.ts';

const IGNORING = { by: 'keyless', ignoreTlog: true } as const;
const STAMPED = { by: 'keyless', useSignedTimestamps: true } as const;
const STAMPED_ONLY = { by: 'keyless', ignoreTlog: true, useSignedTimestamps: true } as const;
const HOUR = 3_600_000;

function stampsOf(bundle: BundleJson): { signedTimestamp: string }[] {
  const data = bundle.verificationMaterial.timestampVerificationData ?? { rfc3161Timestamps: [] };
  bundle.verificationMaterial.timestampVerificationData = data;
  return data.rfc3161Timestamps;
}

/** A timestamp over the bundle's signature by an authority that nobody knows. */
async function foreignStamp(bundle: BundleJson): Promise<{ signedTimestamp: string }> {
  const foreign = await SigstoreDouble.start({});
  const signature = Buffer.from(bundle.dsseEnvelope.signatures[0]?.sig ?? '', 'base64');
  const stamp = await timestamp(foreign.url, signature);
  await foreign.close();
  return { signedTimestamp: stamp.toString('base64') };
}

/** By which time a certificate is judged. */
export const TIME_CASES: readonly Case[] = [
  {
    name: 'G5: an untrusted timestamp beside a good log entry',
    build: async (bench) => {
      const bundle = await bench.bundle();
      stampsOf(bundle).push(await foreignStamp(bundle));
      await bench.attach(bundle);
    },
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'G5: an untrusted timestamp where timestamps are asked for',
    terms: STAMPED,
    build: async (bench) => {
      const bundle = await bench.bundle();
      stampsOf(bundle).push(await foreignStamp(bundle));
      await bench.attach(bundle);
    },
    cosign: 1,
    signature: BROKEN,
    problem: 'timestamp is by an unknown authority',
  },
  {
    name: 'G5: an untrusted timestamp before a good one',
    terms: STAMPED,
    build: async (bench) => {
      const bundle = await bench.bundle({ timestamped: true });
      stampsOf(bundle).unshift(await foreignStamp(bundle));
      await bench.attach(bundle);
    },
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'no timestamp where timestamps are asked for',
    terms: STAMPED,
    build: async (bench) => bench.attach(await bench.bundle()),
    cosign: 1,
    signature: BROKEN,
    problem: 'no trusted signing time',
  },
  {
    name: 'no timestamp on a legacy signature where timestamps are asked for',
    terms: STAMPED,
    build: async (bench) => bench.attachLayers([await bench.layer()]),
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'a timestamp and a log entry',
    terms: STAMPED,
    build: async (bench) => bench.attach(await bench.bundle({ timestamped: true })),
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'a timestamp of another signature',
    terms: STAMPED,
    build: async (bench) => {
      const signer = await bench.someone();
      const bundle = await bench.bundle({ signer, timestamped: true });
      const other = await bench.bundle({ signer, timestamped: true });
      bundle.verificationMaterial.timestampVerificationData = {
        rfc3161Timestamps: stampsOf(other),
      };
      await bench.attach(bundle);
    },
    cosign: 1,
    signature: BROKEN,
  },
  {
    name: 'CVE-2026-39984: a timestamp that embeds the trusted certificate beside the one that signed',
    terms: STAMPED,
    build: async (bench) => {
      const bundle = await bench.bundle();
      const { now, services } = bench.sigstore;
      const [start, end] = [new Date(now().getTime() - HOUR), new Date(now().getTime() + HOUR)];
      const impostor = new TimestampAuthority(start, end, now, services.timestamps);
      const signature = Buffer.from(bundle.dsseEnvelope.signatures[0]?.sig ?? '', 'base64');
      const stamp = impostor.stamp(stampRequest(signature));
      stampsOf(bundle).push({ signedTimestamp: stamp.toString('base64') });
      await bench.attach(bundle);
    },
    cosign: 1,
    signature: BROKEN,
    problem: 'timestamp could not be verified',
  },
  {
    name: 'a timestamp that is garbage',
    terms: STAMPED,
    build: async (bench) => {
      const bundle = await bench.bundle();
      stampsOf(bundle).push({ signedTimestamp: Buffer.from('garbage').toString('base64') });
      await bench.attach(bundle);
    },
    cosign: 1,
    signature: BROKEN,
  },
  {
    name: 'G11: no log and no timestamp, and the certificate is valid now',
    terms: IGNORING,
    build: async (bench) => bench.attach(await bench.bundle({ recorded: 'none' })),
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'G11: no log and no timestamp, and the certificate has expired',
    terms: IGNORING,
    build: async (bench) => {
      const signer = bench.unusual({}, IDENTITY, new Date(bench.sigstore.now().getTime() - HOUR));
      await bench.attach(await bench.bundle({ signer, recorded: 'none' }));
    },
    cosign: 1,
    signature: BROKEN,
    problem: 'expired',
  },
  {
    name: 'G11: no log on a legacy signature, and the certificate is valid now',
    terms: IGNORING,
    build: async (bench) => bench.attachLayers([await bench.layer({ recorded: 'none' })]),
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'a timestamp instead of the log',
    terms: STAMPED_ONLY,
    build: async (bench) => {
      await bench.attach(await bench.bundle({ recorded: 'none', timestamped: true }));
    },
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'an entry of an unknown log where the log is ignored',
    terms: KEY,
    build: async (bench) => {
      const bundle = await bench.bundle({ signer: bench.key });
      for (const entry of bundle.verificationMaterial.tlogEntries) {
        entry.logId.keyId = Buffer.alloc(32).toString('base64');
      }
      await bench.attach(bundle);
    },
    cosign: 0,
    signature: VERIFIED,
  },
];
