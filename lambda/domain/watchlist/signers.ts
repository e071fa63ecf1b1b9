import { RE2JS } from 're2js';
import { isKmsUri, isOfAws, parseKmsReference } from '../kms-key.ts';
import type { KeylessRule, KeyRule, SignerRule, TextRule } from '../policy.ts';
import { type PublicKeyResult, publicKeyRule } from '../public-key.ts';
import { anchored } from '../text-rule.ts';
import { type Compilation, listOf } from './compilation.ts';
import { readPem } from './pem.ts';
import { describe, type Path } from './problem.ts';
import type { SignerInput } from './schema.ts';

const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com';

/** The signers of a list that have no problem; those that have one are reported. */
export function compileSigners(
  compilation: Compilation,
  signers: unknown,
  path: Path,
): SignerRule[] {
  return listOf(signers).flatMap((signer, index) => {
    const at = [...path, index];
    if (!compilation.isSound(at)) return [];
    return compileSigner(compilation, signer as SignerInput, at) ?? [];
  });
}

/** A signer is a key, a GitHub workflow, or an identity of an issuer: exactly one of them. */
function compileSigner(
  compilation: Compilation,
  signer: SignerInput,
  path: Path,
): SignerRule | undefined {
  const { key, github, digestAlgorithm, ...keyless } = signer;
  const forms = [
    ...(key === undefined ? [] : ['key']),
    ...(github === undefined ? [] : ['github']),
    ...(Object.keys(keyless).length === 0 ? [] : ['identity and issuer']),
  ];
  if (forms.length !== 1) {
    const found = forms.length === 0 ? 'no signer' : forms.join(' with ');
    compilation.report(
      path,
      `found ${found}, expected exactly one of key, github, or an identity with its issuer`,
    );
    return undefined;
  }
  if (key !== undefined) return compileKey(compilation, key, digestAlgorithm, path);
  if (digestAlgorithm !== undefined) {
    compilation.report(
      [...path, 'digestAlgorithm'],
      'found digestAlgorithm without key, expected it beside a key only',
      'key',
    );
  }
  return github === undefined ? compileKeyless(compilation, keyless, path) : compileGitHub(github);
}

function compileKey(
  compilation: Compilation,
  key: string,
  digestAlgorithm: KeyRule['digestAlgorithm'] | undefined,
  path: Path,
): KeyRule | undefined {
  const at = [...path, 'key'];
  if (isKmsUri(key)) return compileKmsKey(compilation, key, digestAlgorithm, path);
  const [, scheme] = /^([a-z0-9]+):\/\//.exec(key) ?? [];
  if (scheme !== undefined) {
    compilation.report(
      at,
      `found ${describe(key)}, expected a PEM file, the PEM itself, or a key of AWS KMS (awskms:///…)`,
    );
    return undefined;
  }
  const pem = readPem(compilation, key, at);
  if (pem === undefined) return undefined;
  return pinned(compilation, publicKeyRule(pem.text, pem.source, digestAlgorithm), at);
}

/** What KMS says now is pinned: whoever may move the alias later changes no policy that is stored. */
function compileKmsKey(
  compilation: Compilation,
  uri: string,
  digestAlgorithm: KeyRule['digestAlgorithm'] | undefined,
  path: Path,
): KeyRule | undefined {
  const at = [...path, 'key'];
  const problem = kmsProblem(uri);
  if (problem !== undefined) {
    compilation.report(at, problem);
    return undefined;
  }
  if (digestAlgorithm !== undefined) {
    compilation.report(
      [...path, 'digestAlgorithm'],
      'found digestAlgorithm with a key of KMS, expected it left out: the key says which',
      'key',
    );
  }
  compilation.kmsUris.add(uri);
  if (compilation.kmsKeys === 'unasked') return undefined;
  const answer = compilation.kmsKeys.get(uri);
  if (answer?.ok === true) {
    return pinned(compilation, publicKeyRule(answer.pem, uri, answer.digestAlgorithm), at);
  }
  compilation.report(at, `${describe(uri)}: ${answer?.problem ?? 'KMS was not asked about it'}`);
  return undefined;
}

function kmsProblem(uri: string): string | undefined {
  const reference = parseKmsReference(uri);
  if ('problem' in reference) return reference.problem;
  return isOfAws(reference)
    ? undefined
    : `found the endpoint ${describe(reference.endpoint)}, expected one of AWS or on this machine: the request is signed with your credentials`;
}

function pinned(compilation: Compilation, result: PublicKeyResult, at: Path): KeyRule | undefined {
  if (result.ok) return result.rule;
  compilation.report(at, result.problem);
  return undefined;
}

type KeylessInput = Pick<SignerInput, 'identity' | 'identityRegExp' | 'issuer' | 'issuerRegExp'>;

function compileKeyless(
  compilation: Compilation,
  input: KeylessInput,
  path: Path,
): KeylessRule | undefined {
  const identity = exactlyOne(compilation, input, 'identity', 'identityRegExp', path);
  const issuer = exactlyOne(compilation, input, 'issuer', 'issuerRegExp', path);
  return identity && issuer && { kind: 'keyless', identity, issuer };
}

function exactlyOne(
  compilation: Compilation,
  input: KeylessInput,
  exactKey: 'identity' | 'issuer',
  patternKey: 'identityRegExp' | 'issuerRegExp',
  path: Path,
): TextRule | undefined {
  const { [exactKey]: exact, [patternKey]: regExp } = input;
  if (exact !== undefined && regExp === undefined) return { exact };
  if (exact === undefined && regExp !== undefined) return anchored(regExp);
  const found = exact === undefined ? 'neither' : 'both';
  compilation.report(
    path,
    `found ${found} ${exactKey} ${found === 'both' ? 'and' : 'nor'} ${patternKey}, expected exactly one of them: an identity only means something with who vouches for it`,
  );
  return undefined;
}

/**
 * The identity that Fulcio writes for a workflow is its URL and ref; the certificate's repository
 * must be the same, so that a reusable workflow run elsewhere is not taken for this one.
 */
function compileGitHub(github: NonNullable<SignerInput['github']>): KeylessRule {
  const { repository, workflow, ref } = github;
  const workflowUrl = `https://github.com/${repository}/.github/workflows/${workflow}@`;
  const refPattern = ref.split('*').map(RE2JS.quote).join('.*');
  return {
    kind: 'keyless',
    identity: { regExp: `^${RE2JS.quote(workflowUrl)}${refPattern}$` },
    issuer: { exact: GITHUB_ISSUER },
    workflow: { repository },
  };
}
