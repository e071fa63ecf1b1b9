import { randomBytes, sign } from 'node:crypto';
import canonicalizeJson from 'canonicalize';
import { MerkleLog } from './merkle-log.ts';
import { generateP256, type KeyPair, sha256, spkiOf } from './x509.ts';

/** The library's types are of a CommonJS default export. */
export const canonicalize = canonicalizeJson as unknown as (value: unknown) => string;

interface Proposed {
  readonly kind: string;
  readonly spec: {
    readonly proposedContent?: {
      readonly envelope: string;
      readonly verifiers: readonly string[];
    };
  };
}

/** Rekor v1: entries with an integrated time that the log signs (SET) and a proof of inclusion. */
export class RekorV1 {
  readonly keys: KeyPair = generateP256();
  readonly id = sha256(spkiOf(this.keys.publicKey));
  /** Changes the next entries before they are logged: for such as no sound log would have. */
  distort?: (body: Buffer) => Buffer;
  readonly #log: MerkleLog;
  readonly #now: () => Date;

  constructor(host: string, now: () => Date) {
    this.#now = now;
    this.#log = new MerkleLog(`${host} - 1234567890`, {
      name: host,
      hint: this.id.subarray(0, 4),
      sign: (note) => sign('sha256', note, this.keys.privateKey),
    });
  }

  /** `POST /api/v1/log/entries`: the entry under its unique id. */
  add(proposed: Proposed): Readonly<Record<string, unknown>> {
    const sound = Buffer.from(canonicalize(bodyOf(proposed)));
    const body = this.distort?.(sound) ?? sound;
    const inclusion = this.#log.append(body);
    const entry = {
      body: body.toString('base64'),
      integratedTime: Math.floor(this.#now().getTime() / 1_000),
      logID: this.id.toString('hex'),
      logIndex: inclusion.index,
    };
    const promise = sign('sha256', Buffer.from(canonicalize(entry)), this.keys.privateKey);
    const verification = {
      inclusionProof: {
        checkpoint: inclusion.checkpoint,
        hashes: inclusion.hashes.map((hash) => hash.toString('hex')),
        logIndex: inclusion.index,
        rootHash: inclusion.root.toString('hex'),
        treeSize: inclusion.size,
      },
      signedEntryTimestamp: promise.toString('base64'),
    };
    return { [randomBytes(40).toString('hex')]: { ...entry, verification } };
  }
}

/** What the log keeps of an entry: of an envelope only hashes, signatures and their keys. */
function bodyOf(proposed: Proposed): unknown {
  const content = proposed.spec.proposedContent;
  // Of `intoto` the old version 0.0.1, which is only proposed as the log keeps it.
  if (proposed.kind === 'hashedrekord' || proposed.kind === 'intoto') return proposed;
  if (proposed.kind !== 'dsse' || content === undefined) {
    throw new Error(`rekor v1 does not know entries of kind ${proposed.kind}`);
  }
  const envelope: { payload: string; signatures: { sig: string }[] } = JSON.parse(content.envelope);
  return {
    apiVersion: '0.0.1',
    kind: 'dsse',
    spec: {
      envelopeHash: hashOf(Buffer.from(content.envelope)),
      payloadHash: hashOf(Buffer.from(envelope.payload, 'base64')),
      signatures: envelope.signatures.map(({ sig }, index) => ({
        signature: sig,
        verifier: content.verifiers[index],
      })),
    },
  };
}

function hashOf(bytes: Uint8Array): { algorithm: string; value: string } {
  return { algorithm: 'sha256', value: sha256(bytes).toString('hex') };
}
