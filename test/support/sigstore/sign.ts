import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import type { Digest } from '../../../lambda/domain/digest.ts';
import { attachBundle, attachLayer, type Referrers } from './attach.ts';
import type { TokenRequest } from './identity-provider.ts';
import { type Descriptor, Pusher } from './pusher.ts';
import { canonicalize } from './rekor-v1.ts';
import type { SigstoreDouble } from './server.ts';
import { certify, logToV1, logToV2, type RekorV1Entry, timestamp } from './services.ts';
import { generateP256, pemOf, sha256, spkiOf } from './x509.ts';

const SIGN = 'https://sigstore.dev/cosign/sign/v1';
const IN_TOTO = 'application/vnd.in-toto+json';
const SIMPLE_SIGNING = 'application/vnd.dev.cosign.simplesigning.v1+json';
const DSSE = 'application/vnd.dsse.envelope.v1+json';

/** What is signed, and how. */
export interface SigningTarget {
  /** `127.0.0.1:5000` */
  readonly registryHost: string;
  readonly repository: string;
  readonly digest: Digest;
  /** @default 'bundle' */
  readonly format?: 'bundle' | 'legacy';
  /** Rekor v2 entries go with a signed timestamp. @default 'v1' */
  readonly rekor?: 'v1' | 'v2';
  /** Also asks for a signed timestamp with Rekor v1. @default false */
  readonly timestamped?: boolean;
  /** @default 'api' */
  readonly referrers?: Referrers;
  /** cosign's `-a`. */
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface Predicate {
  readonly predicateType: string;
  readonly predicate: unknown;
}

/** Signs an image with a certificate for this identity, as `cosign sign` does. */
export async function signKeyless(
  sigstore: SigstoreDouble,
  target: SigningTarget & TokenRequest,
): Promise<Descriptor> {
  return signImage(sigstore, await keylessSigner(sigstore, target), target);
}

/** Signs an image with a key; `tlog` records it in Rekor, as `cosign sign --key` does by default. */
export function signWithKey(
  sigstore: SigstoreDouble,
  target: SigningTarget & { readonly key: KeyObject; readonly tlog?: boolean },
): Promise<Descriptor> {
  return signImage(sigstore, keySigner(target.key, target.tlog ?? true), target);
}

/** Attests something about an image, with a certificate or a key, as `cosign attest` does. */
export async function attest(
  sigstore: SigstoreDouble,
  target: SigningTarget &
    Predicate &
    (TokenRequest | { readonly key: KeyObject; readonly tlog?: boolean }),
): Promise<Descriptor> {
  const signer =
    'key' in target
      ? keySigner(target.key, target.tlog ?? true)
      : await keylessSigner(sigstore, target);
  return attachStatement(sigstore, signer, target, target);
}

interface Signer {
  readonly privateKey: KeyObject;
  /** PEM and DER of the certificate or public key, as a log records them. */
  readonly pem: string;
  readonly der: Buffer;
  readonly certified: boolean;
  readonly tlog: boolean;
}

async function keylessSigner(sigstore: SigstoreDouble, request: TokenRequest): Promise<Signer> {
  const keys = generateP256();
  const certificate = await certify(sigstore.url, sigstore.idToken(request), keys);
  return { ...certificate, privateKey: keys.privateKey, certified: true, tlog: true };
}

function keySigner(privateKey: KeyObject, tlog: boolean): Signer {
  const der = spkiOf(createPublicKey(privateKey));
  return { privateKey, der, pem: pemOf('PUBLIC KEY', der), certified: false, tlog };
}

function signImage(
  sigstore: SigstoreDouble,
  signer: Signer,
  target: SigningTarget,
): Promise<Descriptor> {
  if (target.format === 'legacy') return attachSimpleSigning(sigstore, signer, target);
  return attachStatement(sigstore, signer, target, { predicateType: SIGN, predicate: {} });
}

async function attachSimpleSigning(
  sigstore: SigstoreDouble,
  signer: Signer,
  target: SigningTarget,
): Promise<Descriptor> {
  const { registryHost, repository, digest, annotations } = target;
  const payload = Buffer.from(
    JSON.stringify({
      critical: {
        identity: { 'docker-reference': `${registryHost}/${repository}` },
        image: { 'docker-manifest-digest': digest },
        type: 'cosign container image signature',
      },
      optional: annotations ?? null,
    }),
  );
  const signature = sign('sha256', payload, signer.privateKey);
  const entry = signer.tlog
    ? await logToV1(sigstore.url, hashedRekord(payload, signature, signer))
    : undefined;
  return attachLayer(new Pusher(registryHost, repository), digest, 'sig', SIMPLE_SIGNING, payload, {
    'dev.cosignproject.cosign/signature': signature.toString('base64'),
    ...legacyAnnotations(signer, entry),
    ...(target.timestamped && {
      'dev.sigstore.cosign/rfc3161timestamp': JSON.stringify({
        SignedRFC3161Timestamp: (await timestamp(sigstore.url, signature)).toString('base64'),
      }),
    }),
  });
}

async function attachStatement(
  sigstore: SigstoreDouble,
  signer: Signer,
  target: SigningTarget,
  { predicateType, predicate }: Predicate,
): Promise<Descriptor> {
  const [algorithm = '', hex = ''] = target.digest.split(':');
  const subject = [{ digest: { [algorithm]: hex }, annotations: target.annotations ?? {} }];
  const payload = Buffer.from(
    JSON.stringify({
      _type: 'https://in-toto.io/Statement/v1',
      subject,
      predicateType,
      predicate,
    }),
  );
  const head = `DSSEv1 ${IN_TOTO.length} ${IN_TOTO} ${payload.length} `;
  const encoded = Buffer.concat([Buffer.from(head), payload]);
  const signature = sign('sha256', encoded, signer.privateKey);
  const envelope = {
    payload: payload.toString('base64'),
    payloadType: IN_TOTO,
    signatures: [{ sig: signature.toString('base64') }],
  };
  const pusher = new Pusher(target.registryHost, target.repository);
  if (target.format === 'legacy') {
    const text = JSON.stringify(envelope);
    const entry = signer.tlog ? await logToV1(sigstore.url, dsse(text, signer)) : undefined;
    return attachLayer(pusher, target.digest, 'att', DSSE, Buffer.from(text), {
      'dev.cosignproject.cosign/signature': '',
      predicateType,
      ...legacyAnnotations(signer, entry),
    });
  }
  const material = await bundleMaterial(sigstore, signer, target, {
    encoded,
    signature,
    envelope: JSON.stringify(envelope),
  });
  const bundle = {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: material,
    dsseEnvelope: envelope,
  };
  const referrers = target.referrers ?? 'api';
  return attachBundle(pusher, target.digest, bundle, predicateType, sigstore.now(), referrers);
}

interface SignedEnvelope {
  readonly encoded: Uint8Array;
  readonly signature: Buffer;
  readonly envelope: string;
}

async function bundleMaterial(
  { url }: SigstoreDouble,
  signer: Signer,
  { rekor, timestamped }: SigningTarget,
  { encoded, signature, envelope }: SignedEnvelope,
): Promise<object> {
  const holder = signer.certified
    ? { certificate: { rawBytes: signer.der.toString('base64') } }
    : { publicKey: { hint: sha256(signer.der).toString('base64') } };
  const entries = async () => {
    if (!signer.tlog) return [];
    if (rekor === 'v2') return [await logToV2(url, hashedRekordV2(encoded, signature, signer))];
    return [bundleEntry(await logToV1(url, dsse(envelope, signer)))];
  };
  const stamps = timestamped || (rekor === 'v2' && signer.tlog);
  return {
    ...holder,
    tlogEntries: await entries(),
    ...(stamps && {
      timestampVerificationData: {
        rfc3161Timestamps: [
          { signedTimestamp: (await timestamp(url, signature)).toString('base64') },
        ],
      },
    }),
  };
}

function hashedRekord(payload: Uint8Array, signature: Buffer, signer: Signer): object {
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

function hashedRekordV2(encoded: Uint8Array, signature: Buffer, signer: Signer): object {
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

function dsse(envelope: string, signer: Signer): object {
  const verifiers = [Buffer.from(signer.pem).toString('base64')];
  return {
    apiVersion: '0.0.1',
    kind: 'dsse',
    spec: { proposedContent: { envelope, verifiers } },
  };
}

function bundleEntry(entry: RekorV1Entry): object {
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

function legacyAnnotations(
  signer: Signer,
  entry: RekorV1Entry | undefined,
): Record<string, string> {
  const { verification, ...payload } = entry ?? { verification: undefined };
  return {
    ...(signer.certified && {
      'dev.sigstore.cosign/certificate': signer.pem,
      'dev.sigstore.cosign/chain': '',
    }),
    ...(verification !== undefined && {
      'dev.sigstore.cosign/bundle': canonicalize({
        SignedEntryTimestamp: verification.signedEntryTimestamp,
        Payload: payload,
      }),
    }),
  };
}
