import type { Digest } from '../../domain/digest.ts';
import { type GoObject, type GoStructure, readGoJson } from './go-json.ts';
import type { Json } from './json.ts';
import { MAX_SIMPLE_SIGNING_BYTES } from './limits.ts';
import { Refusal, refusing } from './refusal.ts';
import { requireAnnotations } from './statement.ts';

/** `SimpleContainerImage` (sigstore, `pkg/signature/payload`). */
const PAYLOAD = {
  critical: {
    identity: { 'docker-reference': 'string' },
    image: { 'docker-manifest-digest': 'string' },
    type: 'string',
  },
  optional: 'map',
} as const satisfies GoStructure;

/**
 * cosign's simple-signing payload must be about this digest and carry the wanted annotations.
 *
 * Like cosign, it looks neither at `docker-reference` nor at `critical.type`: a signature is not
 * bound to a name. It is read as Go's encoding/json does, and as strictly.
 *
 * @throws {Refusal}
 */
export function requireClaims(
  payload: Uint8Array,
  digest: Digest,
  annotations: Readonly<Record<string, string>>,
): void {
  const claims = refusing('payload', () => parse(payload));
  const found = (claims.critical as Critical | undefined)?.image?.['docker-manifest-digest'];
  if (found !== digest) {
    const shown = typeof found === 'string' ? found.slice(0, 140) : 'no digest';
    throw new Refusal(`it is about ${shown}, expected ${digest}`);
  }
  requireAnnotations(claims.optional as Json | undefined, annotations);
}

interface Critical {
  readonly image?: { readonly 'docker-manifest-digest'?: string };
}

function parse(payload: Uint8Array): GoObject {
  if (payload.length > MAX_SIMPLE_SIGNING_BYTES) throw new Refusal('payload is too large');
  return readGoJson(new TextDecoder('utf-8', { ignoreBOM: true }).decode(payload), PAYLOAD);
}
