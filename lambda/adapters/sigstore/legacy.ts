import type { TransparencyLogEntry } from '@sigstore/protobuf-specs';
import type { Digest } from '../../domain/digest.ts';
import { anyValue, type Check, integer, object, string } from '../../domain/typed-json.ts';
import { decodeBase64 } from './base64.ts';
import { readEnvelope } from './envelope.ts';
import { at, type Json, readJson } from './json.ts';
import type { Layer } from './manifests.ts';
import { readPem } from './pem.ts';
import { Refusal } from './refusal.ts';
import type { Content, Signed } from './signed.ts';
import { predicateTypeOf } from './statement.ts';
import { parseCertificate } from './x509.ts';

/** Annotations of a layer, written by cosign 1 and 2 (and 3 with `--new-bundle-format=false`). */
const ANNOTATION = {
  signature: 'dev.cosignproject.cosign/signature',
  certificate: 'dev.sigstore.cosign/certificate',
  bundle: 'dev.sigstore.cosign/bundle',
  timestamp: 'dev.sigstore.cosign/rfc3161timestamp',
  /** Vouches for nothing: cosign only wants to be able to read it. */
  chain: 'dev.sigstore.cosign/chain',
} as const;

/**
 * One layer of a `.sig` manifest as a candidate signature.
 *
 * @throws {Refusal}
 */
export function signedFromLayer(layer: Layer, payload: Uint8Array, manifest: Digest): Signed {
  const signature = layer.annotations[ANNOTATION.signature];
  if (!signature) throw new Refusal('the layer has no signature annotation');
  const content: Content = { kind: 'payload', payload: Buffer.from(payload) };
  return {
    ...common(layer, manifest),
    content,
    predicateType: undefined,
    signature: decodeBase64(signature, 'signature'),
    spelling: signature,
  };
}

/**
 * One layer of an `.att` manifest: a DSSE envelope. Its `predicateType` annotation is not read:
 * only the statement says what it is. The signature annotation must be there, and empty: the
 * signature is in the envelope, and of another one cosign would have the time stamped.
 *
 * @throws {Refusal}
 */
export function signedFromAttestation(
  layer: Layer,
  envelope: Uint8Array,
  manifest: Digest,
): Signed {
  if (layer.annotations[ANNOTATION.signature] !== '') {
    throw new Refusal('the layer lacks the empty signature annotation of an attestation');
  }
  const { payload, payloadType, signature, lacksPayloadName } = readEnvelope(envelope);
  const raw = Buffer.from(envelope);
  const content: Content = { kind: 'envelope', payloadType, payload, raw, lacksPayloadName };
  const predicateType = predicateTypeOf(content);
  return { ...common(layer, manifest), content, predicateType, signature, stamped: raw };
}

function common(
  layer: Layer,
  manifest: Digest,
): Omit<Signed, 'content' | 'signature' | 'predicateType'> {
  const { certificate, chain, bundle, timestamp } = {
    certificate: layer.annotations[ANNOTATION.certificate],
    chain: layer.annotations[ANNOTATION.chain],
    bundle: layer.annotations[ANNOTATION.bundle],
    timestamp: layer.annotations[ANNOTATION.timestamp],
  };
  if (certificate && chain) readPem(chain).forEach(parseCertificate);
  return {
    format: 'legacy',
    manifest,
    ...(certificate && { certificate: firstCertificate(certificate) }),
    logEntries: bundle ? [logEntry(bundle)] : [],
    timestamps: timestamp ? [timestampOf(timestamp)] : [],
    laterPage: false,
  };
}

/** cosign takes the first of several, all of which it has to be able to read. */
function firstCertificate(pem: string): Buffer {
  const [first, ...more] = readPem(pem);
  if (first === undefined) throw new Refusal('the certificate annotation has no certificate');
  more.forEach(parseCertificate);
  return first;
}

/** As Go reads JSON into structures: of names in another case, it takes the last. */
const REKOR_BUNDLE = object({
  SignedEntryTimestamp: string,
  Payload: object({ body: anyValue, integratedTime: integer, logIndex: integer, logID: string }),
});
const TIMESTAMP = object({ SignedRFC3161Timestamp: string });

function readAnnotation(annotation: string, what: string, check: Check): Json {
  const json = readJson(Buffer.from(annotation), what, { integersOnly: true });
  if (!check(json)) throw new Refusal(`${what} has a member of another type or spelling`);
  return json;
}

/** cosign's `RekorBundle`: the entry with its signed entry timestamp, without inclusion proof. */
function logEntry(annotation: string): TransparencyLogEntry {
  const json = readAnnotation(annotation, 'log entry', REKOR_BUNDLE);
  const logId = text(json, 'Payload', 'logID');
  if (!/^(?:[0-9a-f]{2})+$/i.test(logId)) throw new Refusal('log entry has a malformed log id');
  const body = decodeBase64(text(json, 'Payload', 'body'), 'log entry');
  return {
    logIndex: number(json, 'Payload', 'logIndex'),
    logId: { keyId: Buffer.from(logId, 'hex') },
    kindVersion: kindOf(body),
    integratedTime: number(json, 'Payload', 'integratedTime'),
    inclusionPromise: {
      signedEntryTimestamp: decodeBase64(text(json, 'SignedEntryTimestamp'), 'entry timestamp'),
    },
    inclusionProof: undefined,
    canonicalizedBody: body,
  };
}

function kindOf(body: Uint8Array): { kind: string; version: string } {
  const json = readJson(body, 'log entry body');
  return { kind: text(json, 'kind'), version: text(json, 'apiVersion') };
}

function timestampOf(annotation: string): Buffer {
  const json = readAnnotation(annotation, 'timestamp', TIMESTAMP);
  return decodeBase64(text(json, 'SignedRFC3161Timestamp'), 'timestamp');
}

function text(json: Json, ...path: readonly string[]): string {
  const found = at(json, ...path);
  if (typeof found !== 'string') throw new Refusal(`it lacks ${path.join('.')}`);
  return found;
}

function number(json: Json, ...path: readonly string[]): string {
  const found = at(json, ...path);
  if (typeof found !== 'number' || !Number.isSafeInteger(found)) {
    throw new Refusal(`it lacks the integer ${path.join('.')}`);
  }
  return String(found);
}
