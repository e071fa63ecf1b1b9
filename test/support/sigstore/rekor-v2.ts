import { generateKeyPairSync, sign } from 'node:crypto';
import { MerkleLog } from './merkle-log.ts';
import { canonicalize } from './rekor-v1.ts';
import { type KeyPair, sha256, spkiOf } from './x509.ts';

interface HashedRekordRequest {
  readonly hashedRekordRequestV002?: {
    readonly digest: string;
    readonly signature: { readonly content: string; readonly verifier: unknown };
  };
}

/** Rekor v2: no integrated time and no SET, only a proof of inclusion under an Ed25519 checkpoint. */
export class RekorV2 {
  readonly keys: KeyPair = generateKeyPairSync('ed25519');
  /** C2SP signed-note key id of an Ed25519 key: hash of name, type 1 and key. */
  readonly id: Buffer;
  /** Changes the next entries before they are logged: for such as no sound log would have. */
  distort?: (body: Buffer) => Buffer;
  readonly #log: MerkleLog;

  constructor(hostname: string) {
    const raw = spkiOf(this.keys.publicKey).subarray(-32);
    this.id = sha256(Buffer.from(`${hostname}\n`), Buffer.from([1]), raw);
    this.#log = new MerkleLog(hostname, {
      name: hostname,
      hint: this.id.subarray(0, 4),
      sign: (note) => sign(null, note, this.keys.privateKey),
    });
  }

  /** `POST /api/v2/log/entries`: a TransparencyLogEntry as JSON. */
  add(request: HashedRekordRequest): unknown {
    const asked = request.hashedRekordRequestV002;
    if (asked === undefined) throw new Error('rekor v2 only takes hashedrekord entries');
    const data = { algorithm: 'SHA2_256', digest: asked.digest };
    const spec = { hashedRekordV002: { data, signature: asked.signature } };
    const sound = Buffer.from(canonicalize({ apiVersion: '0.0.2', kind: 'hashedrekord', spec }));
    const body = this.distort?.(sound) ?? sound;
    const { index, size, root, hashes, checkpoint } = this.#log.append(body);
    return {
      logIndex: String(index),
      logId: { keyId: this.id.toString('base64') },
      kindVersion: { kind: 'hashedrekord', version: '0.0.2' },
      integratedTime: '0',
      inclusionPromise: null,
      inclusionProof: {
        logIndex: String(index),
        rootHash: root.toString('base64'),
        treeSize: String(size),
        hashes: hashes.map((hash) => hash.toString('base64')),
        checkpoint: { envelope: checkpoint },
      },
      canonicalizedBody: body.toString('base64'),
    };
  }
}
