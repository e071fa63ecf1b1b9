import { X509Certificate } from 'node:crypto';
import { Bundle, hashAlgorithmFromJSON } from '@sigstore/protobuf-specs';
import { isJsonObject, type Json, readJson } from './json.ts';
import { MAX_BUNDLE_VALUES, MAX_LOG_ENTRIES, MAX_TIMESTAMPS } from './limits.ts';
import { bytes, enumeration, integer, list, message, normalize, text } from './proto-json.ts';
import { Refusal, refusing } from './refusal.ts';
import { readBody } from './rekor-body.ts';

/** dev.sigstore.bundle.v1.Bundle (protobuf-specs, sigstore_bundle.proto). */
const certificate = message({ rawBytes: bytes });
const logEntry = message({
  logIndex: integer,
  logId: message({ keyId: bytes }),
  kindVersion: message({ kind: text, version: text }),
  integratedTime: integer,
  inclusionPromise: message({ signedEntryTimestamp: bytes }),
  inclusionProof: message({
    logIndex: integer,
    rootHash: bytes,
    treeSize: integer,
    hashes: list(bytes, 64),
    checkpoint: message({ envelope: text }),
  }),
  canonicalizedBody: bytes,
});
const BUNDLE = message({
  mediaType: text,
  verificationMaterial: message({
    publicKey: message({ hint: text }),
    x509CertificateChain: message({ certificates: list(certificate, 10) }),
    certificate,
    tlogEntries: list(logEntry, MAX_LOG_ENTRIES),
    timestampVerificationData: message({
      rfc3161Timestamps: list(message({ signedTimestamp: bytes }), MAX_TIMESTAMPS),
    }),
  }),
  messageSignature: message({
    messageDigest: message({ algorithm: enumeration(hashAlgorithmFromJSON), digest: bytes }),
    signature: bytes,
  }),
  dsseEnvelope: message({
    payload: bytes,
    payloadType: text,
    signatures: list(message({ sig: bytes, keyid: text })),
  }),
});

/** cosign 3.1.3 ignores every other version on an image: too old, or not yet supported. */
const OF_IMAGES = {
  'application/vnd.dev.sigstore.bundle.v0.3+json': 'v0.3',
  'application/vnd.dev.sigstore.bundle+json;version=0.3': 'v0.3',
} as const;
const OF_FILES = {
  ...OF_IMAGES,
  'application/vnd.dev.sigstore.bundle+json;version=0.1': 'v0.1',
  'application/vnd.dev.sigstore.bundle+json;version=0.2': 'v0.2',
} as const;
type Version = (typeof OF_FILES)[keyof typeof OF_FILES];

/**
 * A bundle as cosign reads it from an image (sigstore-go, `NewBundle`): what this refuses, cosign
 * does not see at all; what this accepts is a bundle, which may still prove nothing.
 *
 * @throws {Refusal}
 */
export function parseBundle(content: Uint8Array): Bundle {
  return parse(content, OF_IMAGES);
}

/** A bundle beside a file, of any version that there is. @throws {Refusal} */
export function parseFileBundle(content: Uint8Array): Bundle {
  return parse(content, OF_FILES);
}

function parse(content: Uint8Array, versions: Readonly<Record<string, Version>>): Bundle {
  const read = readJson(content, 'bundle', { maxValues: MAX_BUNDLE_VALUES });
  const json = normalize(read, BUNDLE, 'bundle');
  requireOneOf(json, ['messageSignature', 'dsseEnvelope'], 'bundle');
  const material = isJsonObject(json) ? json.verificationMaterial : undefined;
  requireOneOf(material, ['publicKey', 'x509CertificateChain', 'certificate'], 'bundle material');
  const bundle = refusing('bundle', () => Bundle.fromJSON(json));
  const version = versionOf(bundle, versions);
  requireCertificate(bundle, version);
  requireLogEntries(bundle, version);
  return bundle;
}

/** A second member of a protobuf `oneof` would be dropped here and refused by cosign. */
function requireOneOf(value: Json | undefined, names: readonly string[], what: string): void {
  const found = isJsonObject(value) ? names.filter((name) => Object.hasOwn(value, name)) : [];
  if (found.length !== 1) {
    throw new Refusal(
      `${what} has ${found.join(' and ') || 'none'}, expected exactly one of ${names.join(', ')}`,
    );
  }
}

function versionOf({ mediaType }: Bundle, versions: Readonly<Record<string, Version>>): Version {
  const version = Object.hasOwn(versions, mediaType) ? versions[mediaType] : undefined;
  if (version !== undefined) return version;
  const found = JSON.stringify(mediaType.slice(0, 120));
  throw new Refusal(`bundle has media type ${found}, expected ${Object.keys(OF_IMAGES)[0]}`);
}

/** A chain that is sent along vouches for nothing, and its root least of all: nobody may rely on it. */
function requireCertificate({ verificationMaterial }: Bundle, version: Version): void {
  if (verificationMaterial?.content?.$case !== 'x509CertificateChain') return;
  if (version === 'v0.3') {
    throw new Refusal('bundle has a certificate chain, which version 0.3 does not allow');
  }
  const [leaf, ...others] = verificationMaterial.content.x509CertificateChain.certificates;
  if (leaf === undefined) throw new Refusal('bundle has an empty certificate chain');
  for (const { rawBytes } of others) {
    const { subject, issuer } = refusing('bundle', () => new X509Certificate(rawBytes));
    if (subject === issuer) throw new Refusal('bundle has a root certificate in its chain');
  }
}

function requireLogEntries(bundle: Bundle, version: Version): void {
  const entries = bundle.verificationMaterial?.tlogEntries ?? [];
  for (const { logIndex, logId, kindVersion, canonicalizedBody, inclusionProof } of entries) {
    if (!logId?.keyId.length || !kindVersion || canonicalizedBody.length === 0) {
      throw new Refusal('a log entry of the bundle lacks its log, kind or body');
    }
    if (logIndex.startsWith('-'))
      throw new Refusal('a log entry of the bundle has a negative index');
    if (inclusionProof && !inclusionProof.checkpoint?.envelope) {
      throw new Refusal('an inclusion proof of the bundle lacks its checkpoint');
    }
    // Attack: an entry that no log has, of a log that only some verifiers know.
    readBody(canonicalizedBody);
  }
  const proven = version === 'v0.1' ? 'inclusionPromise' : 'inclusionProof';
  if (entries.length > 0 && !entries.some((entry) => entry[proven])) {
    throw new Refusal(`no log entry of the bundle has an ${proven}, which ${version} needs`);
  }
}
