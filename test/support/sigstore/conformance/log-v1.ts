import { sign } from 'node:crypto';
import { bundleEntry, hashedRekord, type LogEntryJson } from '../log-requests.ts';
import { logToV1 } from '../services.ts';
import type { Signer } from '../signer.ts';
import { sha256 } from '../x509.ts';
import {
  DAY,
  entryOf,
  type FileBench,
  type FileBundle,
  flipped,
  MINUTE,
  signatureOf,
} from './bench.ts';
import type { Vector } from './vector.ts';

/** The checkpoint's lines: its text, an empty one, and signatures. */
function changeCheckpoint(entry: LogEntryJson, change: (note: string) => string): void {
  const proof = entry.inclusionProof;
  if (proof) proof.checkpoint.envelope = change(proof.checkpoint.envelope);
}

function changeSignatureLine(note: string, change: (signature: Buffer) => Buffer): string {
  return note.replace(/ (\S+)\n$/, (_, base64: string) => {
    return ` ${change(Buffer.from(base64, 'base64')).toString('base64')}\n`;
  });
}

/** What the log has under that signature, in place of what it really recorded. */
async function record(bench: FileBench, entry: object): Promise<LogEntryJson> {
  return bundleEntry(await logToV1(bench.sigstore.url, entry));
}

/** intoto 0.0.2 as Rekor keeps it: hashes, the signature, its key, and no payload. */
export function inToto002({ dsseEnvelope }: FileBundle, signer: Signer): object {
  const { payload = '', payloadType, signatures = [] } = dsseEnvelope ?? {};
  const hashOf = (bytes: Buffer) => ({ algorithm: 'sha256', value: sha256(bytes).toString('hex') });
  const twice = (text: string) => Buffer.from(text).toString('base64');
  return {
    apiVersion: '0.0.2',
    kind: 'intoto',
    spec: {
      content: {
        envelope: {
          payloadType,
          signatures: signatures.map(({ sig }) => ({
            publicKey: twice(signer.pem),
            sig: twice(sig),
          })),
        },
        hash: hashOf(Buffer.from(JSON.stringify(dsseEnvelope))),
        payloadHash: hashOf(Buffer.from(payload, 'base64')),
      },
    },
  };
}

/** An attestation whose entry is of the older kind. */
async function inToto(bench: FileBench, signer: Signer, timestamped = false): Promise<FileBundle> {
  const bundle = await bench.attested({ signer, recorded: 'none', timestamped });
  bundle.verificationMaterial.tlogEntries = [await record(bench, inToto002(bundle, signer))];
  return bundle;
}

/** An attestation whose entry is about the signed encoding, as one about any other bytes. */
async function asHashedRekord(bench: FileBench): Promise<{ bundle: FileBundle; signer: Signer }> {
  const signer = await bench.someone();
  const bundle = await bench.attested({ signer, recorded: 'none' });
  const { payload = '', payloadType = '' } = bundle.dsseEnvelope ?? {};
  const bytes = Buffer.from(payload, 'base64');
  const head = `DSSEv1 ${payloadType.length} ${payloadType} ${bytes.length} `;
  const encoded = Buffer.concat([Buffer.from(head), bytes]);
  const entry = hashedRekord(encoded, signatureOf(bundle), signer);
  bundle.verificationMaterial.tlogEntries = [await record(bench, entry)];
  return { bundle, signer };
}

function takeEntryOf(bundle: FileBundle, other: FileBundle): FileBundle {
  bundle.verificationMaterial.tlogEntries = other.verificationMaterial.tlogEntries;
  return bundle;
}

/** What Rekor v1 says of a signature. */
export const LOG_V1_VECTORS: readonly Vector[] = [
  {
    name: 'checkpoint-bad-keyhint_fail',
    build: async (bench) => {
      const bundle = await bench.message();
      changeCheckpoint(entryOf(bundle), (note) =>
        changeSignatureLine(note, (signature) =>
          Buffer.concat([Buffer.from([1, 2, 3, 4]), signature.subarray(4)]),
        ),
      );
      return { bundle };
    },
  },
  {
    name: 'checkpoint-wrong-roothash_fail',
    build: async (bench) => {
      const [bundle, later] = [await bench.message(), await bench.message()];
      const note = entryOf(later).inclusionProof?.checkpoint.envelope ?? '';
      changeCheckpoint(entryOf(bundle), () => note);
      return { bundle };
    },
  },
  {
    name: 'invalid-checkpoint-signature_fail',
    build: async (bench) => {
      const bundle = await bench.message();
      changeCheckpoint(entryOf(bundle), (note) =>
        changeSignatureLine(note, (signature) =>
          Buffer.from(flipped(signature.toString('base64')), 'base64'),
        ),
      );
      return { bundle };
    },
  },
  {
    name: 'inclusion-proof-corrupted-hash_fail',
    build: async (bench) => {
      const bundle = await bench.message();
      const proof = entryOf(bundle).inclusionProof;
      if (proof?.hashes[0]) proof.hashes[0] = flipped(proof.hashes[0]);
      return { bundle };
    },
  },
  {
    name: 'invalid-inclusion-proof_fail',
    build: async (bench) => {
      const [bundle, other] = [await bench.message(), await bench.message()];
      const proof = entryOf(other).inclusionProof;
      if (proof) entryOf(bundle).inclusionProof = proof;
      return { bundle };
    },
  },
  {
    name: 'incorrect-public-key_fail',
    build: async (bench) => {
      const [signer, other] = [await bench.someone(), await bench.someone()];
      const bundle = await bench.message({ signer, recorded: 'none' });
      const entry = hashedRekord(bench.file, signatureOf(bundle), other);
      bundle.verificationMaterial.tlogEntries = [await record(bench, entry)];
      return { bundle };
    },
  },
  {
    name: 'integrated-time-in-future_fail',
    build: async (bench) => {
      const signer = await bench.someone();
      return { bundle: await bench.later(DAY, () => bench.message({ signer })) };
    },
  },
  {
    name: 'set-invalid-signature_fail',
    build: async (bench) => {
      const bundle = await bench.message();
      const promise = entryOf(bundle).inclusionPromise;
      if (promise) promise.signedEntryTimestamp = flipped(promise.signedEntryTimestamp);
      return { bundle };
    },
  },
  {
    name: 'wrong-hashedrekord-artifact_fail',
    build: async (bench) => {
      const signer = await bench.someone();
      const bundle = await bench.message({ signer, recorded: 'none' });
      const entry = hashedRekord(bench.otherFile, signatureOf(bundle), signer);
      bundle.verificationMaterial.tlogEntries = [await record(bench, entry)];
      return { bundle };
    },
  },
  {
    name: 'wrong-hashedrekord-cert-and-sig_fail',
    build: async (bench) => {
      const [bundle, other] = [await bench.message({ recorded: 'none' }), await bench.someone()];
      const entry = hashedRekord(bench.file, sign('sha256', bench.file, other.privateKey), other);
      bundle.verificationMaterial.tlogEntries = [await record(bench, entry)];
      return { bundle };
    },
  },
  {
    name: 'wrong-hashedrekord-entry_fail',
    build: async (bench) => {
      const signer = await bench.someone();
      const other = await bench.message({ signer, file: bench.otherFile });
      return { bundle: takeEntryOf(await bench.message({ signer }), other) };
    },
  },
  {
    name: 'cve-2022-36056-swapped-tlog-entry_fail',
    build: async (bench) => ({ bundle: takeEntryOf(await bench.message(), await bench.message()) }),
  },

  {
    name: 'dsse-invalid-sig_fail',
    build: async (bench) => {
      const bundle = await bench.attested();
      const [signature] = bundle.dsseEnvelope?.signatures ?? [];
      if (signature) signature.sig = flipped(signature.sig);
      return { bundle };
    },
  },
  {
    name: 'dsse-mismatch-envelope_fail',
    build: async (bench) => {
      const signer = await bench.someone();
      const other = await bench.attested({
        signer,
        statement: { ...bench.statement(), predicate: { a: 1 } },
      });
      return { bundle: takeEntryOf(await bench.attested({ signer }), other) };
    },
  },
  {
    name: 'dsse-mismatch-sig_fail',
    build: async (bench) => {
      const signer = await bench.someone();
      return {
        bundle: takeEntryOf(await bench.attested({ signer }), await bench.attested({ signer })),
      };
    },
  },
  {
    name: 'dsse-with-hashedrekord-happy-path',
    build: async (bench) => ({ bundle: (await asHashedRekord(bench)).bundle }),
    cosign: 'refused',
  },
  {
    name: 'dsse-with-hashedrekord-invalid-sig_fail',
    build: async (bench) => {
      const { bundle } = await asHashedRekord(bench);
      const [signature] = bundle.dsseEnvelope?.signatures ?? [];
      if (signature) signature.sig = flipped(signature.sig);
      return { bundle };
    },
  },
  {
    name: 'dsse-with-hashedrekord-mismatch-envelope_fail',
    build: async (bench) => {
      const { bundle, signer } = await asHashedRekord(bench);
      const entry = hashedRekord(bench.otherFile, signatureOf(bundle), signer);
      bundle.verificationMaterial.tlogEntries = [await record(bench, entry)];
      return { bundle };
    },
  },
  {
    name: 'dsse-with-hashedrekord-mismatch-sig_fail',
    build: async (bench) => ({
      bundle: takeEntryOf(
        (await asHashedRekord(bench)).bundle,
        (await asHashedRekord(bench)).bundle,
      ),
    }),
  },

  {
    name: 'intoto-with-custom-trust-root',
    build: async (bench) => ({
      bundle: await inToto(bench, await bench.someone(), true),
      root: bench.root(),
    }),
  },
  {
    name: 'intoto-canonical-log-entry',
    build: async (bench) => ({ bundle: await inToto(bench, bench.key), key: bench.key.pem }),
  },
  {
    name: 'intoto-expired-certificate_fail',
    build: async (bench) => ({
      bundle: await inToto(bench, await bench.someone()),
      root: bench.root(({ certificateAuthorities }) => {
        for (const { validFor } of certificateAuthorities) {
          validFor.end = new Date(bench.now.getTime() - MINUTE).toISOString();
        }
      }),
    }),
  },
  {
    name: 'intoto-log-entry-mismatch_fail',
    build: async (bench) => {
      const signer = await bench.someone();
      return { bundle: takeEntryOf(await inToto(bench, signer), await inToto(bench, signer)) };
    },
  },
  {
    name: 'intoto-missing-inclusion-proof_fail',
    build: async (bench) => {
      const bundle = await inToto(bench, await bench.someone());
      delete entryOf(bundle).inclusionProof;
      return { bundle };
    },
  },
  {
    name: 'intoto-set-outside-signing-cert-validity_fail',
    build: async (bench) => {
      const signer = await bench.someone();
      return { bundle: await bench.later(DAY, () => inToto(bench, signer)) };
    },
  },
  {
    name: 'intoto-tsa-timestamp-outside-cert-validity_fail',
    build: async (bench) => {
      const bundle = await inToto(bench, await bench.someone());
      const stamp = await bench.later(DAY, () => bench.stamp(signatureOf(bundle)));
      bundle.verificationMaterial.timestampVerificationData = { rfc3161Timestamps: [stamp] };
      return { bundle };
    },
  },
];
