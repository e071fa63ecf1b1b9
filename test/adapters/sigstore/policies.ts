import { createHash, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashOfRoot } from '../../../lambda/adapters/sigstore/index.ts';
import type { TrustRoots } from '../../../lambda/application/ports.ts';
import type { Digest } from '../../../lambda/domain/digest.ts';
import type { KeylessRule, KeyRule, Policy } from '../../../lambda/domain/policy.ts';

/** What the real cosign 3.1.3 left in a registry; see the README there. */
export const CAPTURED = join(import.meta.dirname, '../../fixtures/cosign');
/** Of the image index that every captured repository holds. */
export const IMAGE = digestIn('index');
export const CHILD = digestIn('amd64');
export const WORKFLOW = 'https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main';
export const GITHUB = 'https://token.actions.githubusercontent.com';
export const REPOSITORY = { registry: 'registry.example', repository: 'acme/app' };

function digestIn(name: string): Digest {
  return JSON.parse(readFileSync(join(CAPTURED, 'image-digests.json'), 'utf8'))[name];
}

/** `name.pub` of the captured folder. */
export function keyRule(
  name: string,
  digestAlgorithm: KeyRule['digestAlgorithm'] = 'sha256',
): KeyRule {
  return ruleOfPem(readFileSync(join(CAPTURED, `${name}.pub`), 'utf8'), digestAlgorithm);
}

export function ruleOfPem(
  pem: string,
  digestAlgorithm: KeyRule['digestAlgorithm'] = 'sha256',
): KeyRule {
  const spki = createPublicKey(pem).export({ type: 'spki', format: 'der' });
  const keyId = `sha256:${createHash('sha256').update(spki).digest('hex')}`;
  return { kind: 'key', keyId, spki: spki.toString('base64'), source: 'test.pub', digestAlgorithm };
}

export function keyless(identity = WORKFLOW, issuer = GITHUB): KeylessRule {
  return { kind: 'keyless', identity: { exact: identity }, issuer: { exact: issuer } };
}

/** The perfect keyless policy; tests spread what differs. */
export function policyOf(rule: KeyRule | KeylessRule, changes: Partial<Policy> = {}): Policy {
  return {
    v: 1,
    name: 'test',
    mode: 'signature',
    signedBy: [rule],
    attestations: [],
    trustRoot: 'captured',
    unsafeIgnoreTransparencyLog: rule.kind === 'key',
    useSignedTimestamps: false,
    format: 'either',
    annotations: {},
    ...changes,
  };
}

export const CAPTURED_ROOT = readFileSync(join(CAPTURED, 'keyless-trusted_root.json'));
export const CAPTURED_ROOT_HASH = hashOfRoot(CAPTURED_ROOT);

export function rootsOf(roots: Readonly<Record<string, Uint8Array>>): TrustRoots {
  return { read: async (name) => roots[name] };
}
