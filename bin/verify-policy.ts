import { readFileSync } from 'node:fs';
import { digestOf } from '../lambda/domain/digest.ts';
import type { KmsReference } from '../lambda/domain/kms-key.ts';
import {
  NO_POLICY,
  type Policy,
  type PolicyHash,
  PUBLIC_GOOD,
  type SignerRule,
  type TrustRootName,
} from '../lambda/domain/policy.ts';
import { policyHashOf } from '../lambda/domain/policy-hash.ts';
import { type PublicKeyResult, publicKeyRule } from '../lambda/domain/public-key.ts';
import type { RegistrySettings } from '../lambda/domain/watch.ts';
import type { Cli } from './cli.ts';
import { CliError, UsageError } from './cli-error.ts';
import { EXIT } from './exit-codes.ts';
import { readVerifyFlags, type VerifyOptions, type VerifyRequest } from './verify-flags.ts';
import { loadWatchlist } from './watchlist-file.ts';

/** A policy with all that it needs, wherever it came from. */
export interface ReadyPolicy {
  readonly policy: Policy;
  readonly hash: PolicyHash;
  readonly trustRoots: ReadonlyMap<TrustRootName, Uint8Array>;
  readonly registries: readonly RegistrySettings[];
  readonly warnings: readonly string[];
}

/** From `--policy NAME -f FILE`, or from cosign's flags. @throws {CliError} */
export async function policyOfRequest(
  cli: Cli,
  options: VerifyOptions & { readonly policy?: string; readonly file?: string },
): Promise<ReadyPolicy> {
  const { policy: name, file, ...flags } = options;
  if (name !== undefined) return policyByName(cli, name, file, flags);
  const request = readVerifyFlags(flags);
  const registries = file === undefined ? [] : (await loadWatchlist(cli, file)).registries;
  const ready = await policyOf(cli, request);
  const { loadTrustedRoot } = await import('../lambda/adapters/sigstore/index.ts');
  // For the verifier a root that it cannot use is "try again"; a file that was named is a mistake.
  for (const root of ready.trustRoots.values()) loadTrustedRoot(root);
  return { ...ready, registries };
}

async function policyByName(
  cli: Cli,
  name: string,
  file: string | undefined,
  flags: VerifyOptions,
): Promise<ReadyPolicy> {
  const extra = Object.keys(flags).find((flag) => FLAGS_OF_A_POLICY.has(flag));
  if (extra !== undefined) {
    throw new UsageError(
      `--policy with another flag about signers (${extra}): expected one of the two`,
    );
  }
  const { policies, policyNames, trustRoots, registries } = await loadWatchlist(cli, file);
  const hash = policyNames.get(name);
  const policy = hash === undefined ? undefined : policies.get(hash);
  if (hash === undefined || policy === undefined) {
    const known = [...policyNames.keys()].filter((each) => each !== NO_POLICY).join(', ');
    throw new UsageError(
      `--policy ${JSON.stringify(name)}: expected a policy of the watch list: ${known || 'it has none'}`,
    );
  }
  return { policy, hash, trustRoots, registries, warnings: [] };
}

const FLAGS_OF_A_POLICY: ReadonlySet<string> = new Set([
  'key',
  'certificateIdentity',
  'certificateIdentityRegexp',
  'certificateOidcIssuer',
  'certificateOidcIssuerRegexp',
  'certificateGithubWorkflowTrigger',
  'certificateGithubWorkflowSha',
  'certificateGithubWorkflowName',
  'certificateGithubWorkflowRepository',
  'certificateGithubWorkflowRef',
  'trustedRoot',
  'insecureIgnoreTlog',
  'privateInfrastructure',
  'useSignedTimestamps',
  'newBundleFormat',
  'annotations',
  'signatureDigestAlgorithm',
  'mode',
] satisfies (keyof VerifyOptions)[]);

/** @throws {CliError} when a file is missing or not what it should be */
async function policyOf(
  cli: Cli,
  request: VerifyRequest,
): Promise<Omit<ReadyPolicy, 'registries'>> {
  const { trustedRoot } = request;
  const root = trustedRoot === undefined ? undefined : readBytes(cli, trustedRoot);
  const trustRoot = root === undefined ? PUBLIC_GOOD : digestOf(root);
  const policy: Policy = {
    v: 1,
    name: 'command line',
    signedBy: [await signerRule(cli, request.signer)],
    attestations: [],
    trustRoot,
    ...request.settings,
  };
  return {
    policy,
    hash: policyHashOf(policy),
    trustRoots: root === undefined ? new Map() : new Map([[trustRoot, root]]),
    warnings: request.warnings,
  };
}

async function signerRule(cli: Cli, signer: VerifyRequest['signer']): Promise<SignerRule> {
  if (signer.kind === 'keyless') return signer;
  if (signer.kind === 'kms') return ruleOfKms(cli, signer.reference);
  const pem = readBytes(cli, signer.path).toString('utf8');
  return ruleOf(publicKeyRule(pem, signer.path, signer.digestAlgorithm), signer.path);
}

async function ruleOfKms(cli: Cli, reference: KmsReference): Promise<SignerRule> {
  const { readKmsKey } = await import('../lambda/composition/kms.ts');
  const answer = await readKmsKey(cli.aws, reference);
  const { uri } = reference;
  return ruleOf(answer.ok ? publicKeyRule(answer.pem, uri, answer.digestAlgorithm) : answer, uri);
}

function ruleOf(
  result: PublicKeyResult | { readonly ok: false; readonly problem: string },
  key: string,
): SignerRule {
  if (result.ok) return result.rule;
  throw new CliError(EXIT.invalidFile, `--key ${key}: ${result.problem}`);
}

function readBytes(cli: Cli, path: string): Buffer {
  try {
    return readFileSync(cli.path(path));
  } catch (cause) {
    throw new CliError(EXIT.missingFile, `cannot read ${path}: expected a file that is there`, {
      cause,
    });
  }
}
