import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import {
  Key,
  type Metadata,
  type Root,
  Signature,
  type Snapshot,
  type Targets,
  type Timestamp,
} from '@tufjs/models';
import { sha256 } from '../sigstore/x509.ts';

/** One key of a role, as Sigstore's repository has them: ECDSA P-256, PEM. */
export class RoleKey {
  readonly key: Key;
  readonly #privateKey: KeyObject;

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#privateKey = privateKey;
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    this.key = new Key({
      keyID: sha256(Buffer.from(pem)).toString('hex'),
      keyType: 'ecdsa',
      scheme: 'ecdsa-sha2-nistp256',
      keyVal: { public: pem },
    });
  }

  sign(metadata: Metadata<Root | Timestamp | Snapshot | Targets>): void {
    const { keyID } = this.key;
    metadata.sign((data) => {
      const sig = sign('sha256', data, this.#privateKey).toString('hex');
      return new Signature({ keyID, sig });
    });
  }
}
