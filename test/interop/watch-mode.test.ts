import { expect, it } from '@jest/globals';
import { CRAFTED_LEGACY } from './crafted-legacy.ts';
import { RELEASE as SIGNER } from './images.ts';
import { KEY_IMAGES } from './key-images.ts';
import { KEYLESS_IMAGES } from './keyless-images.ts';
import { suite, useLab } from './parity.ts';

const IMAGES = { ...KEY_IMAGES, ...KEYLESS_IMAGES, ...CRAFTED_LEGACY };
const KEY = '--key ours.pub --insecure-ignore-tlog';
const RELEASE =
  `--trusted-root root.json --certificate-oidc-issuer ${SIGNER.issuer} ` +
  `--certificate-identity ${SIGNER.identity}`;

type Row = readonly [image: keyof typeof IMAGES, flags: string, verdict: string, reason: string];

/** What a watch says of what the real cosign left: where it differs from `cosign verify`, on purpose. */
const ROWS: readonly Row[] = [
  ['unsigned', KEY, 'unsigned', 'no-signature'],
  ['bundle', KEY, 'verified', ''],
  ['legacy', KEY, 'verified', ''],
  ['bundle of another key', KEY, 'rejected', 'other-signer'],
  ['legacy of another key', KEY, 'rejected', 'other-signer'],
  ['bundles of both keys', KEY, 'verified', ''],
  ['legacy of both keys', KEY, 'verified', ''],
  // whoever may push can hide a good signature from cosign, not from a watch
  ['legacy shadowed by a foreign bundle', KEY, 'verified', ''],
  ['legacy hidden by an attestation bundle of another key', KEY, 'verified', ''],
  // an attestation says something about an image; it does not sign it
  ['attestation bundle only', KEY, 'unsigned', 'attestation-only'],
  ['legacy attestation only', KEY, 'unsigned', 'no-signature'],
  ['child of a signed index', KEY, 'unsigned', 'no-signature'],
  ['child of a recursively signed index', KEY, 'verified', ''],
  ['legacy copied from another image', KEY, 'rejected', 'broken-signature'],
  ['v1 bundle', RELEASE, 'verified', ''],
  ['v2 bundle', RELEASE, 'verified', ''],
  ['legacy keyless', RELEASE, 'verified', ''],
  ['evil v1 bundle', RELEASE, 'rejected', 'other-signer'],
  ['evil legacy', RELEASE, 'rejected', 'other-signer'],
  ['good legacy shadowed by an evil bundle', RELEASE, 'verified', ''],
  ['v1 attestation only', RELEASE, 'unsigned', 'attestation-only'],
  ['key bundle in the v1 log', RELEASE, 'rejected', 'other-signer'],
];

const SHADOWED = /shadowed|hidden/;

suite.each(['our registry double with referrers', 'distribution v3'] as const)(
  'a watch of images in %s',
  (registry) => {
    const lab = useLab(registry);

    it.each(ROWS)('%s, %s: %s %s', async (name, flags, verdict, reason) => {
      const reference = await lab().push(IMAGES[name]);
      const said = await lab().tagwarden.verifyInProcess(reference, `--mode signature ${flags}`);
      const found = JSON.parse(said.stdout);
      expect([found.verdict, found.reason ?? '']).toEqual([verdict, reason]);
      expect(said.exit === 0).toBe(verdict === 'verified');
      const codes = found.findings.map(({ code }: { code: string }) => code);
      expect(codes.includes('shadowed-legacy-signature')).toBe(SHADOWED.test(name));
    });
  },
);
