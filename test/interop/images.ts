import type { SigstoreDouble } from '../support/sigstore/index.ts';
import type { Cosign } from './cosign.ts';
import type { Repository } from './repository.ts';

/** Puts an image into an empty repository and whatever belongs to it; resolves to what shall be verified. */
export type Image = (at: Repository, cosign: Cosign, sigstore: SigstoreDouble) => Promise<string>;

/** Whose certificates the private Sigstore issues for `release.jwt`. */
export const RELEASE = {
  identity: 'https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main',
  issuer: 'https://token.actions.githubusercontent.com',
};

/** How cosign 3 stores a signature by default: a Sigstore bundle, found as a referrer. */
export const BUNDLE = '--signing-config no-services.json';
/** How cosign 1 and 2 did, and 3 still does when it is told to: the `.sig` and `.att` tags. */
export const LEGACY = '--new-bundle-format=false --use-signing-config=false --tlog-upload=false';

export const PREDICATE = '--type custom --predicate predicate.json';

/** One image, signed once per set of flags, in that order. */
export function image(...signatures: readonly string[]): Image {
  return async (at, cosign) => {
    const reference = at.reference((await at.putImage('1')).digest);
    for (const flags of signatures) await cosign.sign(reference, flags);
    return at.reference('1');
  };
}

export function attested(flags: string): Image {
  return async (at, cosign) => {
    const reference = at.reference((await at.putImage('1')).digest);
    await cosign.attest(reference, `${flags} ${PREDICATE}`);
    return at.reference('1');
  };
}

export function index(
  flags: string,
  which: (digests: { index: string; child: string }) => string,
): Image {
  return async (at, cosign) => {
    const { index, children } = await at.putIndex('1');
    await cosign.sign(at.reference(index.digest), flags);
    return at.reference(which({ index: index.digest, child: children[0]?.digest ?? '' }));
  };
}

/** The attack: a good signature, moved under the tag of an image that nobody signed. */
export function copied(flags: string): Image {
  return async (at, cosign) => {
    const signed = await at.putImage(undefined, 'arm64');
    await cosign.sign(at.reference(signed.digest), flags);
    const victim = await at.putImage('1');
    await at.putManifest(await at.getManifest(sigTag(signed.digest)), sigTag(victim.digest));
    return at.reference('1');
  };
}

export function sigTag(digest: string): string {
  return `${digest.replace(':', '-')}.sig`;
}
