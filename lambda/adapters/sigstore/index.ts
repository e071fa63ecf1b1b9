/** Verification of Cosign signatures: everything the rest of Tagwarden may use of it. */
export { publicGoodTrustedRoot } from './public-good.ts';
export { rememberRoots } from './remembered-roots.ts';
export { type ArtifactKind, type Attached, type AttachedThing, attachedTo } from './tree.ts';
export { hashOfRoot, loadTrustedRoot, requireWholeRoot, TrustedRootError } from './trusted-root.ts';
export { createVerifier, type VerifierOptions } from './verifier.ts';
export { VERIFIER } from './version.ts';
