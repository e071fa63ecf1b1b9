import { isObject, type JsonLimits, parseStrictJson } from '../../domain/strict-json.ts';
import { MAX_JSON_DEPTH, MAX_JSON_VALUES, MAX_PAYLOAD_BYTES } from './limits.ts';
import { Refusal } from './refusal.ts';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

/**
 * JSON as Go's protojson reads it: valid UTF-8, no duplicate key, bounded in every way. A document
 * that says two things would be read one way by us and another way by whoever signed or verifies it
 * (parser differential, CVE-2026-44309).
 *
 * @param more `integersOnly` where Go reads numbers into integers; other bounds than the usual ones.
 * @throws {Refusal}
 */
export function readJson(
  bytes: Uint8Array,
  what: string,
  more: Omit<JsonLimits, 'maxBytes' | 'maxDepth'> = {},
): Json {
  const limits = {
    maxBytes: MAX_PAYLOAD_BYTES,
    maxDepth: MAX_JSON_DEPTH,
    maxValues: MAX_JSON_VALUES,
    ...more,
  };
  const read = parseStrictJson(bytes, limits);
  if ('problem' in read) throw new Refusal(`${what} ${read.problem}`);
  return read.value as Json;
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return isObject(value);
}

/** What is at this path of own fields and list positions, or undefined. */
export function at(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>((current, name) => {
    if (Array.isArray(current)) return (current as readonly Json[])[Number(name)];
    return isJsonObject(current) && Object.hasOwn(current, name) ? current[name] : undefined;
  }, value);
}

/** @throws {Refusal} when the bytes are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new Refusal(`${what} is not valid UTF-8`, { cause });
  }
}
