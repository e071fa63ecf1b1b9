import { messageOf } from '../lambda/domain/errors.ts';
import { isKmsUri, type KmsReference, parseKmsReference } from '../lambda/domain/kms-key.ts';
import type {
  KeyRule,
  Policy,
  SignerRule,
  TextRule,
  WorkflowRule,
} from '../lambda/domain/policy.ts';
import { compileTextRule } from '../lambda/domain/text-rule.ts';
import { UsageError } from './cli-error.ts';

/** The verification flags as the parser of the command line leaves them; absent means not given. */
export interface VerifyOptions {
  readonly key?: string;
  readonly certificateIdentity?: string;
  readonly certificateIdentityRegexp?: string;
  readonly certificateOidcIssuer?: string;
  readonly certificateOidcIssuerRegexp?: string;
  readonly certificateGithubWorkflowTrigger?: string;
  readonly certificateGithubWorkflowSha?: string;
  readonly certificateGithubWorkflowName?: string;
  readonly certificateGithubWorkflowRepository?: string;
  readonly certificateGithubWorkflowRef?: string;
  readonly trustedRoot?: string;
  readonly insecureIgnoreTlog?: boolean;
  readonly privateInfrastructure?: boolean;
  readonly useSignedTimestamps?: boolean;
  readonly newBundleFormat?: boolean;
  readonly offline?: boolean;
  readonly annotations?: readonly string[];
  readonly signatureDigestAlgorithm?: string;
  readonly maxWorkers?: string;
  readonly mode?: 'cosign' | 'signature';
}

/** What was asked for, free of contradictions; the files that it names are not read yet. */
export interface VerifyRequest {
  readonly signer:
    | {
        readonly kind: 'key';
        readonly path: string;
        readonly digestAlgorithm: KeyRule['digestAlgorithm'];
      }
    | { readonly kind: 'kms'; readonly reference: KmsReference }
    | Extract<SignerRule, { kind: 'keyless' }>;
  readonly trustedRoot?: string;
  readonly settings: Pick<
    Policy,
    'mode' | 'unsafeIgnoreTransparencyLog' | 'useSignedTimestamps' | 'format' | 'annotations'
  >;
  readonly warnings: readonly string[];
}

/** Flags of cosign's that only a keyless signature can meet. */
const KEYLESS_ONLY = [
  ['certificateIdentity', '--certificate-identity'],
  ['certificateIdentityRegexp', '--certificate-identity-regexp'],
  ['certificateOidcIssuer', '--certificate-oidc-issuer'],
  ['certificateOidcIssuerRegexp', '--certificate-oidc-issuer-regexp'],
  ['certificateGithubWorkflowTrigger', '--certificate-github-workflow-trigger'],
  ['certificateGithubWorkflowSha', '--certificate-github-workflow-sha'],
  ['certificateGithubWorkflowName', '--certificate-github-workflow-name'],
  ['certificateGithubWorkflowRepository', '--certificate-github-workflow-repository'],
  ['certificateGithubWorkflowRef', '--certificate-github-workflow-ref'],
] as const satisfies readonly (readonly [keyof VerifyOptions, string])[];

/**
 * The request that the flags make, with the meaning that `cosign verify` 3.1 gives them. Refused
 * are combinations whose meaning would depend on what somebody pushed (with `--key`, cosign
 * ignores issuer and workflow; with an exact and a regexp form, it depends on the format).
 *
 * @throws {UsageError}
 */
export function readVerifyFlags(options: VerifyOptions): VerifyRequest {
  if (options.offline === false) {
    throw new UsageError(
      '--offline=false: expected --offline, as nothing but the registry is asked',
    );
  }
  checkWorkers(options.maxWorkers);
  const signer = options.key ? keySigner(options, options.key) : keylessSigner(options);
  const ignoreLog = options.insecureIgnoreTlog ?? options.privateInfrastructure ?? false;
  return {
    signer,
    ...(options.trustedRoot ? { trustedRoot: options.trustedRoot } : {}),
    settings: {
      mode: options.mode ?? 'cosign',
      unsafeIgnoreTransparencyLog: ignoreLog,
      useSignedTimestamps: options.useSignedTimestamps ?? false,
      format: formatOf(options.newBundleFormat),
      annotations: readAnnotations(options.annotations ?? []),
    },
    warnings: warningsOf(options, signer.kind),
  };
}

function warningsOf(
  options: VerifyOptions,
  kind: VerifyRequest['signer']['kind'],
): readonly string[] {
  const { insecureIgnoreTlog = false, privateInfrastructure = false } = options;
  const judgedNow = insecureIgnoreTlog || privateInfrastructure;
  return [
    ...(privateInfrastructure
      ? [
          '--private-infrastructure: the transparency log is ignored, as with --insecure-ignore-tlog',
        ]
      : []),
    ...(kind === 'keyless' && judgedNow && options.useSignedTimestamps !== true
      ? [
          'without log and signed timestamps, a certificate is judged by the current time, as cosign does',
        ]
      : []),
  ];
}

function formatOf(newBundleFormat: boolean | undefined): Policy['format'] {
  if (newBundleFormat === undefined) return 'either';
  return newBundleFormat ? 'bundle' : 'legacy';
}

function checkWorkers(text: string | undefined): void {
  if (text === undefined || /^[1-9]\d{0,5}$/.test(text)) return;
  throw new UsageError(`--max-workers ${JSON.stringify(text)}: expected a number of at least 1`);
}

const DIGEST_ALGORITHMS = ['sha256', 'sha384', 'sha512'] as const;

function keySigner(options: VerifyOptions, path: string): VerifyRequest['signer'] {
  const [, extra] = KEYLESS_ONLY.find(([name]) => options[name]) ?? [];
  if (extra !== undefined) {
    throw new UsageError(
      `--key with ${extra}: expected one of the two, as a key has no certificate`,
    );
  }
  if (isKmsUri(path)) return kmsSigner(path, options.signatureDigestAlgorithm);
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(path)?.[1];
  if (scheme !== undefined) {
    throw new UsageError(
      `--key ${scheme}://…: expected the public key in a file (\`cosign public-key\` writes one)`,
    );
  }
  const wanted = options.signatureDigestAlgorithm ?? 'sha256';
  const digestAlgorithm = DIGEST_ALGORITHMS.find((each) => each === wanted);
  if (digestAlgorithm === undefined) {
    throw new UsageError(
      `--signature-digest-algorithm ${JSON.stringify(wanted)}: expected ${DIGEST_ALGORITHMS.join(', ')}`,
    );
  }
  return { kind: 'key', path, digestAlgorithm };
}

function kmsSigner(uri: string, digestAlgorithm: string | undefined): VerifyRequest['signer'] {
  const reference = parseKmsReference(uri);
  if ('problem' in reference) throw new UsageError(`--key: ${reference.problem}`);
  if (digestAlgorithm !== undefined) {
    throw new UsageError(
      '--signature-digest-algorithm with a key of KMS: expected it left out, as the key says which',
    );
  }
  return { kind: 'kms', reference };
}

function keylessSigner(options: VerifyOptions): Extract<SignerRule, { kind: 'keyless' }> {
  if ((options.signatureDigestAlgorithm ?? 'sha256') !== 'sha256') {
    throw new UsageError('--signature-digest-algorithm: expected it with --key only');
  }
  const identity = textRule(
    '--certificate-identity',
    options.certificateIdentity,
    options.certificateIdentityRegexp,
  );
  const issuer = textRule(
    '--certificate-oidc-issuer',
    options.certificateOidcIssuer,
    options.certificateOidcIssuerRegexp,
  );
  if (identity === undefined && issuer === undefined) {
    throw new UsageError(
      'nothing says who must have signed: expected --key FILE, or --certificate-identity and --certificate-oidc-issuer',
    );
  }
  if (identity === undefined || issuer === undefined) {
    const missing = identity === undefined ? 'identity' : 'oidc-issuer';
    throw new UsageError(
      `a keyless signer is an identity and its issuer: expected --certificate-${missing} (or its -regexp form) too`,
    );
  }
  const workflow = workflowOf(options);
  return { kind: 'keyless', identity, issuer, ...(workflow && { workflow }) };
}

/** An empty text is as good as none, as for cosign: it would match every signer. */
function textRule(flag: string, exact?: string, regExp?: string): TextRule | undefined {
  if (exact && regExp) throw new UsageError(`${flag} with ${flag}-regexp: expected one of the two`);
  if (exact) return { exact };
  if (!regExp) return undefined;
  try {
    compileTextRule({ regExp });
  } catch (thrown) {
    throw new UsageError(`${flag}-regexp: expected RE2 syntax: ${messageOf(thrown)}`);
  }
  return { regExp };
}

function workflowOf(options: VerifyOptions): WorkflowRule | undefined {
  const {
    certificateGithubWorkflowTrigger: trigger,
    certificateGithubWorkflowSha: sha,
    certificateGithubWorkflowName: name,
    certificateGithubWorkflowRepository: repository,
    certificateGithubWorkflowRef: ref,
  } = options;
  const rule = {
    ...(trigger && { trigger }),
    ...(sha && { sha }),
    ...(name && { name }),
    ...(repository && { repository }),
    ...(ref && { ref }),
  };
  return Object.keys(rule).length > 0 ? rule : undefined;
}

/** As Go's string slices: several flags, or one with commas. The text after the first `=` is the value. */
function readAnnotations(texts: readonly string[]): Readonly<Record<string, string>> {
  const pairs = texts.flatMap((text) => text.split(',')).map(readAnnotation);
  return Object.fromEntries(pairs);
}

function readAnnotation(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  // Go reads a quoted text as CSV: rather than to read it differently, we do not read it.
  if (at < 1 || text.includes('"')) {
    throw new UsageError(
      `--annotations ${JSON.stringify(text)}: expected key=value, without quotes`,
    );
  }
  return [text.slice(0, at), text.slice(at + 1)];
}
