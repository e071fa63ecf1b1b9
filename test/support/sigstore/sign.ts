import type { KeyObject } from 'node:crypto';
import type { Digest } from '../../../lambda/domain/digest.ts';
import { attachBundle, attachLayer, type Referrers } from './attach.ts';
import { COSIGN_SIGN, makeBundle, type RecordOptions, statementAbout } from './bundle.ts';
import type { TokenRequest } from './identity-provider.ts';
import { makeAttestationLayer, makeSignatureLayer, simpleSigning } from './legacy.ts';
import { type Descriptor, Pusher } from './pusher.ts';
import type { SigstoreDouble } from './server.ts';
import { keylessSigner, keySigner, type Signer } from './signer.ts';

/** What is signed, and how. */
export interface SigningTarget {
  /** `127.0.0.1:5000` */
  readonly registryHost: string;
  readonly repository: string;
  readonly digest: Digest;
  /** @default 'bundle' */
  readonly format?: 'bundle' | 'legacy';
  /** Rekor v2 entries of certificates go with a signed timestamp. @default 'v1' */
  readonly rekor?: 'v1' | 'v2';
  /** Also asks for a signed timestamp. @default - only where it is needed */
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

export interface WithKey {
  readonly key: KeyObject;
  /** Recorded in a transparency log. @default true */
  readonly tlog?: boolean;
}

/** Signs an image with a certificate for this identity, as `cosign sign` does. */
export async function signKeyless(
  sigstore: SigstoreDouble,
  target: SigningTarget & TokenRequest,
): Promise<Descriptor> {
  return signImage(sigstore, await keylessSigner(sigstore, target), target, true);
}

/** Signs an image with a key, as `cosign sign --key` does. */
export function signWithKey(
  sigstore: SigstoreDouble,
  target: SigningTarget & WithKey,
): Promise<Descriptor> {
  return signImage(sigstore, keySigner(target.key), target, target.tlog ?? true);
}

/** Attests something about an image, with a certificate or a key, as `cosign attest` does. */
export async function attest(
  sigstore: SigstoreDouble,
  target: SigningTarget & Predicate & (TokenRequest | WithKey),
): Promise<Descriptor> {
  const signer = 'key' in target ? keySigner(target.key) : await keylessSigner(sigstore, target);
  const options = recordOptions(target, signer, 'key' in target ? (target.tlog ?? true) : true);
  const { predicateType, predicate } = target;
  const statement = statementAbout(target.digest, predicateType, predicate, target.annotations);
  if (target.format === 'legacy') {
    const layer = await makeAttestationLayer(sigstore, signer, statement, predicateType, options);
    return attachLayer(pusherOf(target), target.digest, 'att', layer);
  }
  const bundle = await makeBundle(sigstore, signer, statement, options);
  return attach(sigstore, target, bundle, predicateType);
}

async function signImage(
  sigstore: SigstoreDouble,
  signer: Signer,
  target: SigningTarget,
  tlog: boolean,
): Promise<Descriptor> {
  const { registryHost, repository, digest, annotations } = target;
  const options = recordOptions(target, signer, tlog);
  if (target.format === 'legacy') {
    const payload = simpleSigning(`${registryHost}/${repository}`, digest, annotations);
    const layer = await makeSignatureLayer(sigstore, signer, payload, options);
    return attachLayer(pusherOf(target), digest, 'sig', layer);
  }
  const statement = statementAbout(digest, COSIGN_SIGN, {}, annotations);
  const bundle = await makeBundle(sigstore, signer, statement, options);
  return attach(sigstore, target, bundle, COSIGN_SIGN);
}

function attach(
  sigstore: SigstoreDouble,
  target: SigningTarget,
  bundle: object,
  predicateType: string,
): Promise<Descriptor> {
  return attachBundle(pusherOf(target), target.digest, bundle, {
    predicateType,
    created: sigstore.now(),
    referrers: target.referrers ?? 'api',
  });
}

function pusherOf({ registryHost, repository }: SigningTarget): Pusher {
  return new Pusher(registryHost, repository);
}

function recordOptions(target: SigningTarget, signer: Signer, tlog: boolean): RecordOptions {
  const recorded = tlog ? (target.rekor ?? 'v1') : 'none';
  const needsTime = recorded === 'v2' && signer.certified;
  return { recorded, timestamped: target.timestamped ?? needsTime };
}
