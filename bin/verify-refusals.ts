/**
 * What cosign's `verify` takes and this one does not, and what to do instead. A flag that changes
 * what is trusted or where it is looked for is refused, never ignored: a script that was written
 * for cosign must not get a verdict about something else.
 */
export interface Refusal {
  /** As an option is declared. */
  readonly flag: string;
  readonly instead: string;
}

const TRUSTED_ROOT =
  'use --trusted-root with a trusted_root.json that holds these certificates (`cosign trusted-root create` writes one)';
const LISTED_REGISTRY =
  'name the registry under "registries" of a watch list and give that with -f';
const CREDENTIALS = 'use --registry-username and --registry-password, or `docker login`';

/** What is trusted, what must hold and where it is looked for. */
const OF_TRUST: readonly Refusal[] = [
  { flag: '--certificate <value>', instead: TRUSTED_ROOT },
  { flag: '--certificate-chain <value>', instead: TRUSTED_ROOT },
  { flag: '--ca-roots <value>', instead: TRUSTED_ROOT },
  { flag: '--ca-intermediates <value>', instead: TRUSTED_ROOT },
  { flag: '--timestamp-certificate-chain <value>', instead: TRUSTED_ROOT },
  { flag: '--allow-certificate-chain [value]', instead: TRUSTED_ROOT },
  {
    flag: '--sct <value>',
    instead: 'push a signature whose certificate has its timestamp embedded',
  },
  {
    flag: '--insecure-ignore-sct [value]',
    instead: 'name the log of certificates in the file of --trusted-root',
  },
  {
    flag: '--check-claims [value]',
    instead:
      'leave it out: claims are always checked, as a signature without them is about no image',
  },
  { flag: '--attachment-tag-prefix <value>', instead: 'sign to the default place' },
  {
    flag: '--local-image [value]',
    instead: 'push the image to a registry; one on loopback will do',
  },
  {
    flag: '--experimental-oci11 [value]',
    instead: "sign with the bundle format, cosign's default since 3.0",
  },
  {
    flag: '--rekor-url <value>',
    instead: 'name the log in the file of --trusted-root; none is asked online',
  },
  {
    flag: '--sk [value]',
    instead: 'use --key with the public key in a file: `cosign public-key --sk`',
  },
  {
    flag: '--slot <value>',
    instead: 'use --key with the public key in a file: `cosign public-key --sk`',
  },
];

/** cosign's shorter names of flags. */
const SHORTER: readonly Refusal[] = [
  { flag: '--cert <value>', instead: TRUSTED_ROOT },
  { flag: '--cert-chain <value>', instead: TRUSTED_ROOT },
  { flag: '--cert-identity <value>', instead: 'use --certificate-identity' },
  { flag: '--cert-oidc-issuer <value>', instead: 'use --certificate-oidc-issuer' },
];

/** How the registry is reached, and how a verdict is printed. */
const OF_THE_WAY: readonly Refusal[] = [
  { flag: '--k8s-keychain [value]', instead: CREDENTIALS },
  { flag: '--registry-token <value>', instead: CREDENTIALS },
  { flag: '--registry-cacert <value>', instead: LISTED_REGISTRY },
  { flag: '--registry-client-cert <value>', instead: LISTED_REGISTRY },
  { flag: '--registry-client-key <value>', instead: LISTED_REGISTRY },
  { flag: '--registry-server-name <value>', instead: LISTED_REGISTRY },
  { flag: '--output-file <value>', instead: 'redirect the output' },
  {
    flag: '-t, --timeout <value>',
    instead: 'leave it out: every request has a deadline of its own',
  },
  {
    flag: '-d, --verbose [value]',
    instead: 'leave it out: a refusal always says what was seen and wanted',
  },
];

/** Of `verify` and `verify-attestation` alike. */
const OF_IMAGES: readonly Refusal[] = [...OF_TRUST, ...SHORTER, ...OF_THE_WAY];

const OF_SIGNATURES: readonly Refusal[] = [
  {
    flag: '--signature <value>',
    instead: 'push the signature to the registry: `cosign attach signature`',
  },
  {
    flag: '--payload <value>',
    instead: 'push the signature to the registry: `cosign attach signature`',
  },
  {
    flag: '--attachment <value>',
    instead: 'verify the digest of the attachment itself: REPOSITORY@sha256:…',
  },
  { flag: '--type <value>', instead: 'use `tagwarden verify-attestation --type`' },
];

const OF_ATTESTATIONS: readonly Refusal[] = [
  {
    flag: '--policy <value>',
    instead:
      'write what must hold under "attestations" and "where" of a policy: `tagwarden verify --policy NAME -f FILE`',
  },
];

/** Of `cosign verify-blob`, and of the conformance suite. */
export const BUNDLE_REFUSALS: readonly Refusal[] = [
  {
    flag: '--staging [value]',
    instead: 'use --trusted-root with the trusted_root.json of staging',
  },
  {
    flag: '--certificate-identity-regexp <value>',
    instead: 'use --certificate-identity: a bundle that is at hand says who it is',
  },
  {
    flag: '--certificate-oidc-issuer-regexp <value>',
    instead: 'use --certificate-oidc-issuer: a bundle that is at hand says who it is',
  },
  {
    flag: '--use-signed-timestamps [value]',
    instead: 'leave it out: every timestamp that a bundle has must hold',
  },
  {
    flag: '--insecure-ignore-tlog [value]',
    instead: 'name the log in the file of --trusted-root, and record the signature there',
  },
  { flag: '--signature <value>', instead: 'use --bundle, which has the signature' },
  { flag: '--certificate <value>', instead: 'use --bundle, which has the certificate' },
  { flag: '--certificate-chain <value>', instead: TRUSTED_ROOT },
  { flag: '--rfc3161-timestamp <value>', instead: 'use --bundle, which has the timestamps' },
];

export const VERIFY_REFUSALS = [...OF_IMAGES, ...OF_SIGNATURES];
export const ATTESTATION_REFUSALS = [...OF_IMAGES, ...OF_ATTESTATIONS];

/** By the commands that refuse them, for the reference. */
export const REFUSALS: readonly (readonly [commands: string, refusals: readonly Refusal[]])[] = [
  ['verify, verify-attestation', OF_IMAGES],
  ['verify', OF_SIGNATURES],
  ['verify-attestation', OF_ATTESTATIONS],
  ['verify-bundle', BUNDLE_REFUSALS],
];

/** Taken on the command line. */
const TAKEN = [
  'key',
  'certificate-identity',
  'certificate-identity-regexp',
  'certificate-oidc-issuer',
  'certificate-oidc-issuer-regexp',
  'certificate-github-workflow-trigger',
  'certificate-github-workflow-sha',
  'certificate-github-workflow-name',
  'certificate-github-workflow-repository',
  'certificate-github-workflow-ref',
  'trusted-root',
  'insecure-ignore-tlog',
  'private-infrastructure',
  'use-signed-timestamps',
  'new-bundle-format',
  'annotations',
  'signature-digest-algorithm',
  'type',
];

interface Variable {
  readonly pattern: RegExp;
  readonly instead: string;
  /** The option that goes before it, as the parser names it. */
  readonly option?: string;
}

/** Set in the environment, these make cosign look elsewhere or trust others. */
const ENVIRONMENT: readonly Variable[] = [
  { pattern: /^COSIGN_REPOSITORY$/, instead: 'copy the signatures next to the image' },
  { pattern: /^SIGSTORE_.*(?:KEY|ROOT|CERT)/, instead: TRUSTED_ROOT },
  { pattern: /^TUF_/, instead: TRUSTED_ROOT },
  ...TAKEN.map((flag) => variableOf(flag, `give --${flag} itself`)),
  ...[...OF_TRUST, ...OF_SIGNATURES, ...OF_ATTESTATIONS].map(({ flag, instead }) =>
    variableOf(/--([\w-]+)/.exec(flag)?.[1] ?? '', instead),
  ),
];

/** cosign takes a flag that was not given from the environment: `--trusted-root` is `COSIGN_TRUSTED_ROOT`. */
function variableOf(flag: string, instead: string): Variable {
  const name = flag.toUpperCase().replaceAll('-', '_');
  const option = flag.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  return { pattern: new RegExp(`^COSIGN_${name}$`), instead, option };
}

/**
 * The first variable that would change cosign's verdict, and what to do instead.
 *
 * @param given options that are on the command line, as the parser names them: for cosign, too, these
 *   go before the environment
 */
export function refusedEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  given: readonly string[] = [],
): { readonly name: string; readonly instead: string } | undefined {
  for (const { pattern, instead, option } of ENVIRONMENT) {
    if (option !== undefined && given.includes(option)) continue;
    const name = Object.keys(env).find((each) => pattern.test(each) && env[each] !== '');
    if (name !== undefined) return { name, instead };
  }
  return undefined;
}
