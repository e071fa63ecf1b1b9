import type { Digest } from '../../domain/digest.ts';
import { isJsonObject, type Json } from './json.ts';
import { MAX_PAYLOAD_BYTES } from './limits.ts';
import { Refusal, refusing } from './refusal.ts';
import { requireAnnotations } from './statement.ts';

/**
 * cosign's simple-signing payload must be about this digest and carry the wanted annotations.
 *
 * Like cosign, it looks neither at `docker-reference` nor at `critical.type`: a signature is not
 * bound to a name. Keys are compared as Go's encoding/json does, ignoring case.
 *
 * @throws {Refusal}
 */
export function requireClaims(
  payload: Uint8Array,
  digest: Digest,
  annotations: Readonly<Record<string, string>>,
): void {
  const json = refusing('payload', () => parse(payload));
  const found = field(field(field(json, 'critical'), 'image'), 'docker-manifest-digest');
  if (found !== digest) {
    const shown = typeof found === 'string' ? found.slice(0, 140) : 'no digest';
    throw new Refusal(`it is about ${shown}, expected ${digest}`);
  }
  requireAnnotations(field(json, 'optional'), annotations);
}

/** Where a key comes twice, the last counts: for cosign too, and whoever signed it said both. */
function parse(payload: Uint8Array): Json {
  if (payload.length > MAX_PAYLOAD_BYTES) throw new Refusal('payload is too large');
  return JSON.parse(new TextDecoder('utf-8', { ignoreBOM: true }).decode(payload)) as Json;
}

function field(value: Json | undefined, name: string): Json | undefined {
  if (!isJsonObject(value)) return undefined;
  const key = Object.keys(value).findLast((candidate) => candidate.toLowerCase() === name);
  return key === undefined ? undefined : value[key];
}
