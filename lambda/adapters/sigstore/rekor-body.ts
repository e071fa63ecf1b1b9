import { hashAlgorithmFromJSON, publicKeyDetailsFromJSON } from '@sigstore/protobuf-specs';
import { isObject, ownField } from '../../domain/strict-json.ts';
import { anyValue, type Check, object, string } from '../../domain/typed-json.ts';
import { isBase64 } from './base64.ts';
import { at, type Json, readJson } from './json.ts';
import { bytes, enumeration, message, normalize, text } from './proto-json.ts';
import { Refusal } from './refusal.ts';

const HEX = /^[0-9a-f]{64}$/;

const matching =
  (pattern: RegExp): Check =>
  (value) =>
    typeof value === 'string' && pattern.test(value);

/** An object that has all of these members; it may have others, of other names in any case. */
function having(members: Readonly<Record<string, Check>>): Check {
  const checks = Object.entries(members);
  const spelled = object(Object.fromEntries(checks.map(([name]) => [name, anyValue])));
  return (value) =>
    isObject(value) &&
    spelled(value) &&
    checks.every(([name, check]) => check(ownField(value, name)));
}

const one =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.length === 1 && check(value[0]);

const base64: Check = (value) => typeof value === 'string' && value !== '' && isBase64(value);
/** What is proposed to a log is not what it keeps. */
const absent: Check = (value) => value === undefined;
const hash = having({ algorithm: (name) => name === 'sha256', value: matching(HEX) });

/** What Rekor v1 keeps of an entry (rekor, `pkg/types`), by kind and version. */
const SPECS: Readonly<Record<string, Check>> = {
  'hashedrekord 0.0.1': having({
    data: having({ hash }),
    signature: having({ content: base64, publicKey: having({ content: base64 }) }),
  }),
  'dsse 0.0.1': having({
    envelopeHash: hash,
    payloadHash: hash,
    signatures: one(having({ signature: base64, verifier: base64 })),
    proposedContent: absent,
  }),
  'intoto 0.0.1': having({ content: having({ hash, envelope: absent }), publicKey: base64 }),
  'intoto 0.0.2': having({
    content: having({
      envelope: having({
        signatures: one(having({ sig: base64, publicKey: base64 })),
        payload: absent,
      }),
      hash,
      payloadHash: hash,
    }),
  }),
  // Of 2021: cosign reads it, and accepts it for no signature in a bundle.
  'rekord 0.0.1': isObject,
};

/** Members of the body itself count for Rekor whatever their case. */
const BODY = object({ kind: string, apiVersion: string, spec: anyValue });

/** dev.sigstore.rekor.v2.Entry (rekor-tiles, entry.proto). */
const REKOR_V2 = message({
  apiVersion: text,
  kind: text,
  spec: message({
    hashedRekordV002: message({
      data: message({ algorithm: enumeration(hashAlgorithmFromJSON), digest: bytes }),
      signature: message({
        content: bytes,
        verifier: message({
          keyDetails: enumeration(publicKeyDetailsFromJSON),
          publicKey: message({ rawBytes: bytes }),
          x509Certificate: message({ rawBytes: bytes }),
        }),
      }),
    }),
  }),
});

export interface Body {
  /** With its version: `dsse 0.0.1`. */
  readonly kind: string;
  readonly json: Json;
}

/**
 * What a log kept of a signature. The library reads hashes and signatures of an entry as far as
 * they can be decoded; Rekor's own reader, which is cosign's, refuses what no log would have
 * written.
 *
 * @throws {Refusal}
 */
export function readBody(canonicalizedBody: Uint8Array): Body {
  const json = readJson(canonicalizedBody, 'log entry');
  const kind = `${at(json, 'kind')} ${at(json, 'apiVersion')}`;
  if (kind === 'hashedrekord 0.0.2') requireRekorV2(json);
  else requireRekorV1(json, kind);
  return { kind, json };
}

function requireRekorV2(json: Json): void {
  const entry = normalize(json, REKOR_V2, 'log entry');
  if (at(entry, 'spec', 'hashedRekordV002') === undefined) {
    throw new Refusal('log entry is not one of kind hashedrekord 0.0.2');
  }
}

function requireRekorV1(json: Json, kind: string): void {
  const spec = Object.hasOwn(SPECS, kind) ? SPECS[kind] : undefined;
  if (!BODY(json) || spec?.(ownField(json, 'spec')) !== true) {
    throw new Refusal(`log entry is not one of kind ${kind.slice(0, 80)}`);
  }
}
