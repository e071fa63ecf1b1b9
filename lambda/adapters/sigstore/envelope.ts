import { decodeBase64 } from './base64.ts';
import { isJsonObject, type Json, type JsonObject, readJson } from './json.ts';
import { Refusal } from './refusal.ts';

/** A DSSE envelope that is a document of its own, as a layer of the `.att` tag. */
export interface Envelope {
  readonly payloadType: string;
  readonly payload: Buffer;
  readonly signature: Buffer;
  /** cosign verifies it, and then cannot find its payload. */
  readonly lacksPayloadName: boolean;
}

/**
 * Reads an envelope as Go's encoding/json does for cosign: names match in any case. Two names that
 * are one to Go and two to others are refused: cosign verifies the one and reads the type off the
 * other (verified bytes are not the used bytes, CVE-2026-44309).
 *
 * @throws {Refusal}
 */
export function readEnvelope(bytes: Uint8Array): Envelope {
  const envelope = fieldsOf(readJson(bytes, 'envelope'), 'the envelope');
  const signatures = envelope('signatures');
  if (!Array.isArray(signatures) || signatures.length !== 1) {
    throw new Refusal('the envelope does not have exactly one signature');
  }
  const signature = fieldsOf(signatures[0], 'the signature of the envelope');
  return {
    payload: decodeBase64(text(envelope, 'payload'), 'payload'),
    payloadType: text(envelope, 'payloadType'),
    signature: decodeBase64(text(signature, 'sig'), 'signature'),
    lacksPayloadName: !envelope.names.includes('payload'),
  };
}

type Fields = ((name: string) => Json | undefined) & { readonly names: readonly string[] };

function fieldsOf(value: Json | undefined, what: string): Fields {
  if (!isJsonObject(value)) throw new Refusal(`${what} is not an object`);
  const names = Object.keys(value);
  const folded = new Map(names.map((name) => [fold(name), name]));
  if (folded.size !== names.length) {
    throw new Refusal(`${what} has a name twice, in different cases`);
  }
  return Object.assign((name: string) => fieldOf(value, folded.get(fold(name))), { names });
}

function fieldOf(value: JsonObject, name: string | undefined): Json | undefined {
  return name === undefined ? undefined : value[name];
}

/** Go's simple folding, by which also U+017F and U+212A are `s` and `k`. */
export function fold(name: string): string {
  return name.toUpperCase().toLowerCase();
}

function text(field: Fields, name: string): string {
  const found = field(name);
  if (typeof found !== 'string') throw new Refusal(`it lacks ${name}`);
  return found;
}
