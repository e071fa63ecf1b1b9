import type { WantedType } from '../../application/ports.ts';
import { messageOf } from '../../domain/errors.ts';
import type { Policy } from '../../domain/policy.ts';
import type { Candidate } from '../../domain/verdict.ts';
import type { Conditions } from './cryptography.ts';
import {
  type Find,
  findBundles,
  findLegacyAttestations,
  hidesLegacy,
  NOTHING,
  type Unusable,
} from './discovery.ts';
import { asCandidate, judgeAll } from './examination.ts';
import type { JudgedSigned } from './findings.ts';
import type { Court } from './judge.ts';
import { requirePredicateOf } from './predicate-shape.ts';
import { Refusal } from './refusal.ts';
import type { Signed } from './signed.ts';
import type { Site } from './site.ts';
import { readStatement, requireSubject } from './statement.ts';

/** All attestations of one image, and what each is to somebody who wants one of this type. */
export interface AttestationSearch {
  readonly bundles: Find;
  readonly legacy: Find;
  /** A `match` is by an acceptable signer, about the image, and of the type. */
  readonly judged: readonly JudgedSigned[];
  /** What was listed as an attestation and yielded none. */
  readonly unread: readonly Candidate[];
  /** Why cosign gives up on the image although it may have the attestation. */
  readonly abort?: string;
}

/**
 * What `cosign verify-attestation` 3.1.3 sees: the bundles among the referrers, and `.att` where
 * there is none. It verifies each, whatever its type, and looks at the types afterwards.
 */
export async function searchAttestations(
  site: Site,
  policy: Policy,
  wanted: WantedType,
  conditions: Conditions,
): Promise<AttestationSearch> {
  const { bundles, legacy } = await discover(site, policy);
  const court: Court = {
    rules: policy.signedBy,
    conditions,
    trustRoot: policy.trustRoot,
    requireClaims: ({ content }) => requireSubject(readStatement(content), site.digest, {}),
  };
  const verified = await judgeAll([...bundles.signed, ...legacy.signed], court);
  const judged = verified.map((each) => byType(each, wanted));
  const abort = judged.find(({ aborts }) => aborts)?.candidate.problem;
  return {
    bundles,
    legacy,
    judged,
    unread: [...bundles.unusable.filter(isUnfetched), ...legacy.unusable].map(asCandidate),
    ...(abort !== undefined && { abort }),
  };
}

async function discover(site: Site, { format }: Policy): Promise<{ bundles: Find; legacy: Find }> {
  const bundles = format === 'legacy' ? NOTHING : await findBundles(site);
  return { bundles, legacy: hidesLegacy(bundles) ? NOTHING : await findLegacyAttestations(site) };
}

function isUnfetched({ kind }: Unusable): boolean {
  return kind === 'unfetched';
}

/**
 * Of a verified attestation, whether it is the wanted one. The type is the signed statement's, never
 * an annotation's (CVE-2026-39395), and one of another type never counts (CVE-2022-35929).
 */
function byType(judged: JudgedSigned, wanted: WantedType): JudgedSigned & { aborts?: boolean } {
  const { candidate, signed } = judged;
  if (candidate.outcome !== 'match') return judged;
  try {
    requireConsumable(signed, wanted);
  } catch (thrown) {
    // A predicate error that is skipped over is an attestation that is let through.
    const problem = `verified, and cosign gives up on the image: ${messageOf(thrown)}`;
    return { ...withoutSigner(judged, 'broken', problem), aborts: true };
  }
  if (signed.predicateType === wanted.predicateType) return judged;
  const found = JSON.stringify(signed.predicateType ?? '').slice(0, 520);
  const problem = `verified, and of type ${found}; wanted type ${JSON.stringify(wanted.predicateType)}`;
  return withoutSigner(judged, 'other', problem);
}

function withoutSigner(
  { candidate, signed }: JudgedSigned,
  outcome: Candidate['outcome'],
  problem: string,
): JudgedSigned {
  return { candidate: { ...candidate, outcome, problem }, signed };
}

/** @throws {Refusal} where cosign stops with an error about a verified attestation. */
function requireConsumable({ content, predicateType }: Signed, wanted: WantedType): void {
  if (content.kind === 'envelope' && content.lacksPayloadName === true) {
    throw new Refusal('its payload has its name in another case');
  }
  if (predicateType !== wanted.predicateType) return;
  requirePredicateOf(wanted.name, readStatement(content).predicate);
}
