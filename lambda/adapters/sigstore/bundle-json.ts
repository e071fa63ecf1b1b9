import { Bundle } from '@sigstore/protobuf-specs';
import { isJsonObject, type Json, readJson } from './json.ts';
import { MAX_LOG_ENTRIES, MAX_TIMESTAMPS } from './limits.ts';
import { bytes, enumeration, integer, list, message, normalize, text } from './proto-json.ts';
import { Refusal, refusing } from './refusal.ts';

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
    messageDigest: message({ algorithm: enumeration, digest: bytes }),
    signature: bytes,
  }),
  dsseEnvelope: message({
    payload: bytes,
    payloadType: text,
    signatures: list(message({ sig: bytes, keyid: text })),
  }),
});

/** cosign 3.1.3 ignores every other version on an image: too old, or not yet supported. */
const MEDIA_TYPES = [
  'application/vnd.dev.sigstore.bundle.v0.3+json',
  'application/vnd.dev.sigstore.bundle+json;version=0.3',
];

/**
 * A bundle as cosign reads it from an image (sigstore-go, `NewBundle`): what this refuses, cosign
 * does not see at all; what this accepts is a bundle, which may still prove nothing.
 *
 * @throws {Refusal}
 */
export function parseBundle(content: Uint8Array): Bundle {
  const json = normalize(readJson(content, 'bundle'), BUNDLE, 'bundle');
  requireOneOf(json, ['messageSignature', 'dsseEnvelope'], 'bundle');
  const material = isJsonObject(json) ? json.verificationMaterial : undefined;
  requireOneOf(material, ['publicKey', 'x509CertificateChain', 'certificate'], 'bundle material');
  const bundle = refusing('bundle', () => Bundle.fromJSON(json));
  requireVersion(bundle);
  requireLogEntries(bundle);
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

function requireVersion(bundle: Bundle): void {
  if (!MEDIA_TYPES.includes(bundle.mediaType)) {
    const found = JSON.stringify(bundle.mediaType.slice(0, 120));
    throw new Refusal(`bundle has media type ${found}, expected ${MEDIA_TYPES[0]}`);
  }
  if (bundle.verificationMaterial?.content?.$case === 'x509CertificateChain') {
    throw new Refusal('bundle has a certificate chain, which version 0.3 does not allow');
  }
}

function requireLogEntries(bundle: Bundle): void {
  const entries = bundle.verificationMaterial?.tlogEntries ?? [];
  for (const { logId, kindVersion, canonicalizedBody, inclusionProof } of entries) {
    if (!logId?.keyId.length || !kindVersion || canonicalizedBody.length === 0) {
      throw new Refusal('a log entry of the bundle lacks its log, kind or body');
    }
    if (inclusionProof && !inclusionProof.checkpoint?.envelope) {
      throw new Refusal('an inclusion proof of the bundle lacks its checkpoint');
    }
  }
  if (entries.length > 0 && !entries.some((entry) => entry.inclusionProof)) {
    throw new Refusal('no log entry of the bundle has an inclusion proof');
  }
}
