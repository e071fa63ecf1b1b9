import type { RekorV1Entry } from './services.ts';
import type { Signer } from './signer.ts';
import { sha256 } from './x509.ts';

/** A Rekor v1 entry about signed bytes. */
export function hashedRekord(payload: Uint8Array, signature: Buffer, signer: Signer): object {
  return {
    apiVersion: '0.0.1',
    kind: 'hashedrekord',
    spec: {
      data: { hash: { algorithm: 'sha256', value: sha256(payload).toString('hex') } },
      signature: {
        content: signature.toString('base64'),
        publicKey: { content: Buffer.from(signer.pem).toString('base64') },
      },
    },
  };
}

/** A Rekor v2 entry about signed bytes: of an envelope, about its encoding. */
export function hashedRekordV2(encoded: Uint8Array, signature: Buffer, signer: Signer): object {
  const rawBytes = { rawBytes: signer.der.toString('base64') };
  const holder = signer.certified ? { x509Certificate: rawBytes } : { publicKey: rawBytes };
  return {
    hashedRekordRequestV002: {
      digest: sha256(encoded).toString('base64'),
      signature: {
        content: signature.toString('base64'),
        verifier: { ...holder, keyDetails: 'PKIX_ECDSA_P256_SHA_256' },
      },
    },
  };
}

/** A Rekor v1 entry about an envelope. */
export function dsse(envelope: string, signer: Signer): object {
  const verifiers = [Buffer.from(signer.pem).toString('base64')];
  return { apiVersion: '0.0.1', kind: 'dsse', spec: { proposedContent: { envelope, verifiers } } };
}

/** A Rekor v1 entry about an envelope as cosign made it before version 2. */
export function inToto001(envelope: string, signer: Signer): object {
  const hash = { algorithm: 'sha256', value: sha256(Buffer.from(envelope)).toString('hex') };
  const publicKey = Buffer.from(signer.pem).toString('base64');
  return { apiVersion: '0.0.1', kind: 'intoto', spec: { content: { hash }, publicKey } };
}

/** What Rekor v1 answered, as a bundle's TransparencyLogEntry. */
export function bundleEntry(entry: RekorV1Entry): LogEntryJson {
  const { kind, apiVersion } = JSON.parse(Buffer.from(entry.body, 'base64').toString());
  const proof = entry.verification.inclusionProof;
  const base64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64');
  return {
    logIndex: String(entry.logIndex),
    logId: { keyId: base64(entry.logID) },
    kindVersion: { kind, version: apiVersion },
    integratedTime: String(entry.integratedTime),
    inclusionPromise: { signedEntryTimestamp: entry.verification.signedEntryTimestamp },
    inclusionProof: {
      logIndex: String(proof.logIndex),
      rootHash: base64(proof.rootHash),
      treeSize: String(proof.treeSize),
      hashes: proof.hashes.map(base64),
      checkpoint: { envelope: proof.checkpoint },
    },
    canonicalizedBody: entry.body,
  };
}

export interface LogEntryJson {
  logIndex: string;
  logId: { keyId: string };
  kindVersion: { kind: string; version: string };
  integratedTime: string;
  inclusionPromise?: { signedEntryTimestamp: string } | null;
  inclusionProof?: {
    logIndex: string;
    rootHash: string;
    treeSize: string;
    hashes: string[];
    checkpoint: { envelope: string };
  };
  canonicalizedBody: string;
}
