import { z } from 'zod';
import * as field from './fields.ts';

/*
 * The shape of a watch list: the one source of what is accepted and of the JSON Schema for editors.
 * What concerns more than one value (exactly one of two keys, a policy that exists) is in the
 * modules that compile.
 */

/** A mapping of known keys; its issue about an unknown key carries the known ones. */
export function mapping<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: ({ code }) => (code === 'unrecognized_keys' ? Object.keys(shape).join(' ') : undefined),
  });
}

const MOST_LABELS = 20;

const github = mapping({
  repository: field.gitHubRepository.meta({ description: 'owner/repository' }),
  workflow: field.gitHubWorkflow.meta({ description: 'File name below .github/workflows' }),
  ref: field.gitHubRef.meta({ description: 'Full ref; * stands for anything: refs/tags/v*' }),
});

export const signerSchema = mapping({
  identity: field.exactText
    .optional()
    .meta({ description: 'The exact identity in the certificate' }),
  identityRegExp: field.identityPattern.optional(),
  issuer: field.exactText.optional().meta({ description: 'The exact OIDC issuer' }),
  issuerRegExp: field.issuerPattern.optional(),
  github: github.optional().meta({ description: 'A GitHub Actions workflow that signs keyless' }),
  key: z.string().min(1).optional().meta({
    description: 'A public key: a PEM file below this folder, the PEM itself, or awskms:///…',
  }),
  digestAlgorithm: z
    .enum(['sha256', 'sha384', 'sha512'])
    .optional()
    .meta({ description: 'What the key signs (cosign --signature-digest-algorithm)' }),
});

const signers = z.array(signerSchema).min(1).max(50);

const condition = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  mapping({ matches: field.conditionPattern }),
]);

export const attestationSchema = mapping({
  type: field.predicateType,
  signedBy: signers
    .optional()
    .meta({ description: 'Any of these; else the signers of the policy' }),
  where: z.record(field.jsonPath, condition).optional().meta({
    description:
      'Singular JSONPath on the statement, and the value it must equal, or {matches: RE2} for the whole of a text',
  }),
});

export const policySchema = mapping({
  signedBy: signers.meta({ description: 'Any of these must have signed' }),
  attestations: z
    .array(attestationSchema)
    .max(20)
    .optional()
    .meta({ description: 'All of these must be attested' }),
  mode: z.enum(['signature', 'cosign']).optional().meta({
    description: 'signature: only a signature counts (default). cosign: what `cosign verify` says',
  }),
  trustRoot: field.file.optional().meta({
    description: 'A trusted_root.json below this folder instead of the public-good Sigstore',
  }),
  unsafeIgnoreTransparencyLog: z
    .boolean()
    .optional()
    .meta({ description: 'Accept signatures of keys that no transparency log recorded' }),
});

const filterSchema = mapping({
  semver: field.range.optional(),
  glob: z.array(field.glob).min(1).max(50).optional(),
  regex: field.tagPattern.optional(),
  exclude: z.array(field.glob).max(50).optional().meta({ description: 'Tags to leave out' }),
  max: z
    .int()
    .min(1)
    .max(1_000)
    .optional()
    .meta({ description: 'Over this many, the highest versions are kept (default 100)' }),
});

const common = {
  policy: field.policyName.optional(),
  every: field.every.optional(),
  signatureGrace: field.signatureGrace.optional(),
};

export const watchSchema = mapping({
  image: field.image.optional(),
  images: z.array(field.image).min(1).optional().meta({ description: 'Several images' }),
  tags: filterSchema.optional().meta({ description: 'Which tags of the repository `image`' }),
  ...common,
  immutable: z.boolean().optional().meta({ description: 'These tags must never move' }),
  labels: z
    .record(field.labelKey, field.labelValue)
    .refine((labels) => Object.keys(labels).length <= MOST_LABELS, {
      error: ({ input }) =>
        `found ${Object.keys(input as object).length} labels, expected at most ${MOST_LABELS}`,
    })
    .optional()
    .meta({ description: 'Route alerts: {team: payments}' }),
});

export const registrySchema = mapping({
  host: field.host,
  allowPrivate: z
    .boolean()
    .optional()
    .meta({ description: 'It may have a private or link-local address' }),
  plainHttp: z.boolean().optional().meta({ description: 'It speaks http, without TLS' }),
  ca: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Its certificate authorities: a PEM file below this folder, or the PEM' }),
  tokenHosts: z
    .array(field.host)
    .min(1)
    .max(10)
    .optional()
    .meta({ description: 'Token servers of other domains that may be shown its credential' }),
});

export const watchlistSchema = mapping({
  version: z.literal(1),
  defaults: mapping(common).optional().meta({ description: 'For every watch that does not say' }),
  registries: z
    .array(registrySchema)
    .max(1_000)
    .optional()
    .meta({ description: 'Registries that need something said about them' }),
  policies: z
    .record(field.policyName, policySchema)
    .optional()
    .meta({ description: 'Who must have signed, by name; `none` is built in' }),
  watch: z
    .array(z.union([field.image, watchSchema]))
    .meta({ description: 'What is watched: images, or mappings with image, images or tags' }),
}).meta({ title: 'Tagwarden watch list' });

export type SignerInput = z.infer<typeof signerSchema>;
export type AttestationInput = z.infer<typeof attestationSchema>;
export type PolicyInput = z.infer<typeof policySchema>;
export type FilterInput = z.infer<typeof filterSchema>;
export type WatchInput = z.infer<typeof watchSchema>;
export type RegistryInput = z.infer<typeof registrySchema>;
export type DefaultsInput = NonNullable<z.infer<typeof watchlistSchema>['defaults']>;

/** The JSON Schema that editors complete and check a watch list with. */
export function watchlistJsonSchema(): object {
  return z.toJSONSchema(watchlistSchema, { target: 'draft-7', io: 'input' });
}
