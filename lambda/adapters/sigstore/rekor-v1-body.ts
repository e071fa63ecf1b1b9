import { isObject, ownField } from '../../domain/strict-json.ts';
import { anyValue, type Check, object, string } from '../../domain/typed-json.ts';
import type { Json } from './json.ts';
import { Refusal } from './refusal.ts';

const HEX = /^[0-9a-f]{64}$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/;

const matching =
  (pattern: RegExp): Check =>
  (value) =>
    typeof value === 'string' && pattern.test(value);

/** An object that has all of these members; it may have others. */
const having =
  (members: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isObject(value) &&
    Object.entries(members).every(([name, check]) => check(ownField(value, name)));

const one =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.length === 1 && check(value[0]);

const base64 = matching(BASE64);
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
    // What is proposed is not what was logged.
    proposedContent: (value) => value === undefined,
  }),
  'intoto 0.0.1': having({ content: having({ hash }), publicKey: base64 }),
  'intoto 0.0.2': having({
    content: having({
      envelope: having({ signatures: one(having({ sig: base64, publicKey: base64 })) }),
      hash,
      payloadHash: hash,
    }),
  }),
};

/** Members of the body itself count for Rekor whatever their case. */
const BODY = object({ kind: string, apiVersion: string, spec: anyValue });

/**
 * The library reads hashes and signatures of an entry as far as they can be decoded; Rekor's own
 * reader, which is cosign's, refuses what it would not have written.
 *
 * @throws {Refusal}
 */
export function requireRekorV1Body(body: Json, kind: string): void {
  const isSound = BODY(body) && SPECS[kind]?.(ownField(body, 'spec'));
  if (isSound !== true) throw new Refusal(`log entry is not one of kind ${kind}`);
}
