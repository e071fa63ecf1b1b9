import type { TransparencyLogEntry } from '@sigstore/protobuf-specs';
import type { Digest } from '../../domain/digest.ts';
import { decodeBase64 } from './base64.ts';
import { readEnvelope } from './envelope.ts';
import { at, type Json, readJson } from './json.ts';
import { derOfPem } from './log-entry.ts';
import type { Layer } from './manifests.ts';
import { Refusal } from './refusal.ts';
import type { Content, Signed } from './signed.ts';
import { predicateTypeOf } from './statement.ts';

/** Annotations of a layer, written by cosign 1 and 2 (and 3 with `--new-bundle-format=false`). */
const ANNOTATION = {
  signature: 'dev.cosignproject.cosign/signature',
  certificate: 'dev.sigstore.cosign/certificate',
  bundle: 'dev.sigstore.cosign/bundle',
  timestamp: 'dev.sigstore.cosign/rfc3161timestamp',
} as const;
// `dev.sigstore.cosign/chain` is not read: a chain that the registry supplies vouches for nothing.

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
  };
}

/**
 * One layer of an `.att` manifest: a DSSE envelope. Its `predicateType` annotation is not read:
 * only the statement says what it is.
 *
 * @throws {Refusal}
 */
export function signedFromAttestation(
  layer: Layer,
  envelope: Uint8Array,
  manifest: Digest,
): Signed {
  const { payload, payloadType, signature, lacksPayloadName } = readEnvelope(envelope);
  const raw = Buffer.from(envelope);
  const content: Content = { kind: 'envelope', payloadType, payload, raw, lacksPayloadName };
  const predicateType = predicateTypeOf(content);
  return { ...common(layer, manifest), content, predicateType, signature };
}

function common(
  layer: Layer,
  manifest: Digest,
): Omit<Signed, 'content' | 'signature' | 'predicateType'> {
  const { certificate, bundle, timestamp } = {
    certificate: layer.annotations[ANNOTATION.certificate],
    bundle: layer.annotations[ANNOTATION.bundle],
    timestamp: layer.annotations[ANNOTATION.timestamp],
  };
  return {
    format: 'legacy',
    manifest,
    ...(certificate && { certificate: derOfPem(certificate) }),
    logEntries: bundle ? [logEntry(bundle)] : [],
    timestamps: timestamp ? [timestampOf(timestamp)] : [],
    laterPage: false,
  };
}

/** cosign's `RekorBundle`: the entry with its signed entry timestamp, without inclusion proof. */
function logEntry(annotation: string): TransparencyLogEntry {
  const json = readJson(Buffer.from(annotation), 'log entry');
  const logId = text(json, 'Payload', 'logID');
  if (!/^(?:[0-9a-f]{2})+$/i.test(logId)) throw new Refusal('log entry has a malformed log id');
  const body = decodeBase64(text(json, 'Payload', 'body'), 'log entry');
  return {
    logIndex: integer(json, 'Payload', 'logIndex'),
    logId: { keyId: Buffer.from(logId, 'hex') },
    kindVersion: kindOf(body),
    integratedTime: integer(json, 'Payload', 'integratedTime'),
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
  const json = readJson(Buffer.from(annotation), 'timestamp');
  return decodeBase64(text(json, 'SignedRFC3161Timestamp'), 'timestamp');
}

function text(json: Json, ...path: readonly string[]): string {
  const found = at(json, ...path);
  if (typeof found !== 'string') throw new Refusal(`it lacks ${path.join('.')}`);
  return found;
}

function integer(json: Json, ...path: readonly string[]): string {
  const found = at(json, ...path);
  if (typeof found !== 'number' || !Number.isSafeInteger(found)) {
    throw new Refusal(`it lacks the integer ${path.join('.')}`);
  }
  return String(found);
}
