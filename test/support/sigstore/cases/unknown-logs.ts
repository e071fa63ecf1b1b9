import type { LogEntryJson } from '../log-requests.ts';
import { canonicalize } from '../rekor-v1.ts';
import { BROKEN, type Case, KEY, VERIFIED } from './case.ts';
import { entriesOf, inForeignLog, onlyEntry } from './entries.ts';

type Json = Record<string, unknown>;

/** A good bundle with one more entry, made of its own. */
function beside(more: (own: LogEntryJson) => LogEntryJson | LogEntryJson[]): Case['build'] {
  return async (bench) => {
    const bundle = await bench.bundle();
    bundle.verificationMaterial.tlogEntries = entriesOf(bundle).concat(more(onlyEntry(bundle)));
    await bench.attach(bundle);
  };
}

/** The entry with another body, in a log that nobody knows. */
function foreign(own: LogEntryJson, change: (body: Json) => unknown): LogEntryJson {
  const body: Json = JSON.parse(Buffer.from(own.canonicalizedBody, 'base64').toString());
  const changed = change(body);
  const text = typeof changed === 'string' ? changed : canonicalize(changed);
  return inForeignLog({ ...own, canonicalizedBody: Buffer.from(text).toString('base64') });
}

function recordedKey(own: LogEntryJson): unknown {
  const { spec } = JSON.parse(Buffer.from(own.canonicalizedBody, 'base64').toString());
  return spec.signatures[0].verifier;
}

/** What entries of logs that the trusted root does not name must be, although they prove nothing. */
export const UNKNOWN_LOG_CASES: readonly Case[] = [
  {
    name: 'G6: an entry of an unknown log that cannot be read',
    build: beside((own) => foreign(own, () => '{')),
    cosign: 10,
    signature: 'unsigned no-signature',
  },
  {
    name: 'G6: an entry of an unknown log that cannot be read, where the log is ignored',
    terms: KEY,
    build: async (bench) => {
      const bundle = await bench.bundle({ signer: bench.key });
      entriesOf(bundle).push(foreign(onlyEntry(bundle), () => '[]'));
      await bench.attach(bundle);
    },
    cosign: 10,
    signature: 'unsigned no-signature',
  },
  {
    name: 'G6: an entry of an unknown log of a kind that there is not',
    build: beside((own) => foreign(own, (body) => ({ ...body, kind: 'nothing' }))),
    cosign: 10,
    signature: 'unsigned no-signature',
  },
  {
    name: 'G6: an entry of an unknown log of a version that there is not',
    build: beside((own) => foreign(own, (body) => ({ ...body, apiVersion: '9.9.9' }))),
    cosign: 10,
    signature: 'unsigned no-signature',
  },
  {
    name: 'G6: an entry of an unknown log of a kind that is no signature',
    build: beside((own) =>
      foreign(own, () => ({
        ...{ apiVersion: '0.0.1', kind: 'rfc3161' },
        spec: { tsr: { content: 'AAAA' } },
      })),
    ),
    cosign: 10,
    signature: 'unsigned no-signature',
  },
  {
    name: 'G6: an entry of an unknown log of a kind of 2021',
    build: beside((own) =>
      foreign(own, () => ({
        ...{ apiVersion: '0.0.1', kind: 'intoto' },
        spec: {
          content: { hash: { algorithm: 'sha256', value: '0'.repeat(64) } },
          publicKey: recordedKey(own),
        },
      })),
    ),
    cosign: 1,
    signature: BROKEN,
    problem: 'not supported',
  },
  {
    name: 'G6: an entry of an unknown log about a file that is not signed',
    build: beside((own) =>
      foreign(own, () => ({
        ...{ apiVersion: '0.0.1', kind: 'hashedrekord' },
        spec: {
          data: { hash: { algorithm: 'sha256', value: '0'.repeat(64) } },
          signature: { content: 'AAAA', publicKey: { content: recordedKey(own) } },
        },
      })),
    ),
    cosign: 10,
    ours: 1,
    why: 'the log entry is refused, not the bundle that has it',
    signature: BROKEN,
    problem: 'another key, certificate or signature',
  },
  {
    name: 'G6: an entry of an unknown log twice',
    build: beside((own) => {
      const entry = inForeignLog(own);
      return [entry, entry];
    }),
    cosign: 1,
    signature: BROKEN,
  },
  {
    name: 'G6: an entry of an unknown log with neither proof nor promise',
    build: beside((own) => {
      const { inclusionPromise: _, inclusionProof: __, ...entry } = inForeignLog(own);
      return entry as LogEntryJson;
    }),
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'G6: an entry of an unknown log of another kind',
    build: beside((own) =>
      foreign(own, () => ({
        ...{ apiVersion: '0.0.2', kind: 'hashedrekord' },
        spec: {
          hashedRekordV002: {
            data: { algorithm: 'SHA2_256', digest: 'AAAA' },
            signature: {
              content: 'AAAA',
              verifier: { keyDetails: 'PKIX_ECDSA_P256_SHA_256', publicKey: { rawBytes: 'AAAA' } },
            },
          },
        },
      })),
    ),
    cosign: 0,
    ours: 1,
    why: 'such an entry is not read unless it is about this signature',
    signature: BROKEN,
  },
  {
    name: 'an entry of the known log that the log did not sign, beside a good one',
    build: beside((own) => ({
      ...own,
      logIndex: String(Number(own.logIndex) + 1_000),
    })),
    cosign: 0,
    ours: 1,
    why: 'cosign passes over the entry; a forged one is refused here, whatever is beside it',
    signature: BROKEN,
  },
  {
    name: 'an entry of the known log with neither proof nor promise, beside a good one',
    build: beside((own) => {
      const { inclusionPromise: _, inclusionProof: __, ...entry } = own;
      return { ...entry, logIndex: String(Number(own.logIndex) + 1_000) } as LogEntryJson;
    }),
    cosign: 1,
    signature: BROKEN,
  },
];
