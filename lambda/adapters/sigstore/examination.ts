import { setImmediate } from 'node:timers/promises';
import type { Policy } from '../../domain/policy.ts';
import type { Candidate } from '../../domain/verdict.ts';
import { type AttestedRule, judgeRule } from './attestations.ts';
import type { Conditions } from './cryptography.ts';
import {
  type Find,
  findBundles,
  findLegacyAttestations,
  findLegacySignatures,
  hidesLegacy,
  merge,
  NOTHING,
  type Unusable,
} from './discovery.ts';
import type { JudgedSigned } from './findings.ts';
import { type Court, judge } from './judge.ts';
import { type Signed, signedBytes } from './signed.ts';
import { requireClaims } from './simple-signing.ts';
import type { Site } from './site.ts';
import { COSIGN_SIGN, readStatement, requireSubject } from './statement.ts';

/** All that was found and judged about one digest under one policy. */
export interface Examination {
  /** The path that `cosign verify` takes on this content. */
  readonly path: 'bundle' | 'legacy';
  readonly bundles: Find;
  readonly legacy: Find;
  /** What is at the `.att` tag, if the policy wants attestations. */
  readonly attached: Find;
  readonly judged: readonly JudgedSigned[];
  /** What was listed as a signature and yielded none. */
  readonly unread: readonly Candidate[];
  readonly attestationsOnly: boolean;
  readonly attestations: readonly AttestedRule[];
}

/** Discovers, chooses what counts as a signature, and judges each. */
export async function examine(
  site: Site,
  policy: Policy,
  conditions: Conditions,
): Promise<Examination> {
  const { bundles, legacy } = await discover(site, policy);
  const attached = await findAttached(site, policy);
  const isSignature = (signed: Signed) => countsAsSignature(signed, policy);
  const court: Court = {
    rules: policy.signedBy,
    conditions,
    trustRoot: policy.trustRoot,
    requireClaims: (signed) => requireAboutDigest(signed, site, policy),
  };
  const candidates = [...bundles.signed.filter(isSignature), ...legacy.signed];
  return {
    path: bundles.signed.length > 0 ? 'bundle' : 'legacy',
    bundles,
    legacy,
    judged: await judgeAll(candidates, court),
    unread: [...bundles.unusable.filter(isUnfetched), ...legacy.unusable].map(asCandidate),
    attestationsOnly: bundles.signed.some((signed) => !isSignature(signed)),
    attached,
    attestations: policy.attestations.map((rule) =>
      judgeRule(rule, merge([bundles, attached]), court, site.digest),
    ),
  };
}

/** A thousand candidates take seconds: between two of them everything else has its turn. */
export async function judgeAll(
  candidates: readonly Signed[],
  court: Court,
): Promise<JudgedSigned[]> {
  const judged: JudgedSigned[] = [];
  for (const signed of candidates) {
    judged.push({ signed, ...judge(signed, court) });
    await setImmediate();
  }
  return judged;
}

/**
 * `signature` mode looks at both formats. cosign looks at `.sig` only if no referrer is a bundle,
 * also with `--new-bundle-format=true`; with `=false` it looks at nothing else.
 */
async function discover(site: Site, policy: Policy): Promise<{ bundles: Find; legacy: Find }> {
  if (policy.format === 'legacy') {
    return { bundles: NOTHING, legacy: await findLegacySignatures(site) };
  }
  if (policy.mode === 'cosign') {
    const bundles = await findBundles(site);
    return { bundles, legacy: hidesLegacy(bundles) ? NOTHING : await findLegacySignatures(site) };
  }
  const [bundles, legacy] = await Promise.all([
    findBundles(site),
    policy.format === 'bundle' ? NOTHING : findLegacySignatures(site),
  ]);
  return { bundles, legacy };
}

/**
 * `cosign verify` accepts any attestation by the right signer as a signature. In `signature` mode
 * only a statement of cosign's own signing type counts; and an attestation that a rule may need
 * never doubles as the signature. What cannot be read is a candidate, so that it is refused.
 */
function countsAsSignature(signed: Signed, policy: Policy): boolean {
  if (policy.mode === 'cosign' && policy.attestations.length === 0) return true;
  return signed.predicateType === undefined || signed.predicateType === COSIGN_SIGN;
}

/** G8: what was signed must be about this very digest. @throws {Refusal} */
function requireAboutDigest(signed: Signed, { digest }: Site, { annotations }: Policy): void {
  if (signed.format === 'legacy') {
    requireClaims(signedBytes(signed.content), digest, annotations);
  } else {
    requireSubject(readStatement(signed.content), digest, annotations);
  }
}

async function findAttached(site: Site, policy: Policy): Promise<Find> {
  const wanted = policy.attestations.length > 0 && policy.format !== 'bundle';
  return wanted ? findLegacyAttestations(site) : NOTHING;
}

function isUnfetched({ kind }: Unusable): boolean {
  return kind === 'unfetched';
}

/**
 * A bundle that cannot be parsed is invisible to cosign and is none here; a `.sig` that cannot be
 * read is a signature by nobody we accept, never "unsigned".
 */
export function asCandidate({ kind, format, manifest, problem }: Unusable): Candidate {
  return {
    outcome: kind === 'unfetched' ? 'unfetched' : 'other',
    kind: 'key',
    format,
    problem,
    ...(manifest !== undefined && { manifest }),
  };
}
