import type { Policy, TrustRootName } from '../lambda/domain/policy.ts';

export const IDENTITY = 'https://github.com/acme/app/.github/workflows/release.yml@refs/tags/v1';
export const ISSUER = 'https://token.actions.githubusercontent.com';

/** As a watch list would have it, with that trusted root. */
export function keylessPolicy(trustRoot: TrustRootName, identity = IDENTITY): Policy {
  return {
    v: 1,
    name: 'bench',
    mode: 'cosign',
    signedBy: [{ kind: 'keyless', identity: { exact: identity }, issuer: { exact: ISSUER } }],
    attestations: [],
    trustRoot,
    unsafeIgnoreTransparencyLog: false,
    useSignedTimestamps: false,
    format: 'either',
    annotations: {},
  };
}
