import { createHash } from 'node:crypto';
import type { TrustRootName } from '../../domain/policy.ts';
import type { Signer } from '../../domain/verdict.ts';
import type { CertificateClaims, SubjectAlternativeName } from './certificate.ts';

/**
 * Who signed with a certificate, such that two digests of one tag by the same workflow have the
 * same signer although each release has another `@ref` (design, "Verdicts"). It never influences a
 * verdict.
 *
 * @param claims of a certificate that verified.
 */
export function keylessSigner(
  claims: CertificateClaims,
  identity: SubjectAlternativeName,
  trustRoot: TrustRootName,
): Signer {
  const { issuer, sourceRepository, ownerId } = claims;
  const workflow = identity.type === 'uri' ? splitRef(identity.value) : undefined;
  const parts =
    workflow === undefined
      ? [trustRoot, issuer, identity.type, identity.value]
      : [trustRoot, issuer, 'uri', workflow.uri, workflow.refClass, sourceRepository, ownerId];
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  return { id: `keyless:${hash}`, label: identity.value, issuer };
}

/** @param keyId `sha256:<hex>` of the SubjectPublicKeyInfo. */
export function keySigner(keyId: string): Signer {
  return { id: `key:${keyId}`, label: `key ${keyId}` };
}

/** `…/release.yml@refs/tags/v1` is the workflow `…/release.yml` on a tag. */
function splitRef(uri: string): { uri: string; refClass: string } | undefined {
  const at = uri.lastIndexOf('@refs/');
  if (at < 0) return undefined;
  return { uri: uri.slice(0, at), refClass: uri.slice(at + 1).split('/')[1] ?? '' };
}
