import type { WantedType } from '../../application/ports.ts';
import type { Policy } from '../../domain/policy.ts';
import type { Candidate, Verification } from '../../domain/verdict.ts';
import { type DerivedVerdict, deriveAttested } from '../../domain/verdict-derivation.ts';
import type { AttestationSearch } from './attestation-search.ts';
import { fingerprintOf, merge } from './discovery.ts';
import { findingsOfAny } from './findings.ts';
import { describeRules } from './identity.ts';
import { distinct, isFetched } from './report.ts';
import { VERIFIER } from './version.ts';

/** What `verify-attestation` says: the verdict about one type, with every attestation that was seen. */
export function reportAttestations(
  search: AttestationSearch,
  policy: Policy,
  wanted: WantedType,
  about: Pick<Verification, 'policy' | 'trustRoot' | 'trustRootHash'>,
): Verification {
  const { bundles, legacy, judged, unread, abort } = search;
  const candidates = [...judged.map(({ candidate }) => candidate), ...unread];
  const incomplete = bundles.incomplete ?? legacy.incomplete;
  const ofType = candidates.filter((candidate) => mayBeOf(candidate, wanted));
  const undecided = judged.find((each) => each.undecided === true)?.candidate.problem;
  const derived = deriveAttested({
    discoveryComplete: incomplete === undefined,
    outcomes: ofType.map(({ outcome }) => outcome),
    aborted: abort !== undefined,
    undecided: undecided !== undefined,
  });
  const matches = judged.filter(({ candidate }) => candidate.outcome === 'match');
  const signedAt = matches
    .flatMap(({ candidate }) => candidate.signedAt ?? [])
    .sort()
    .at(-1);
  const detail =
    abort ?? incomplete ?? undecided ?? detailOf(derived, search, ofType, wanted, policy);
  return {
    ...about,
    ...derived,
    ...(derived.verdict !== 'verified' && { detail }),
    // Of attestations cosign has no other codes, on neither path.
    cosignExit: derived.verdict === 'verified' ? 0 : 1,
    complete: incomplete === undefined && candidates.every(isFetched),
    signers: distinct(matches.flatMap(({ signer }) => signer ?? [])),
    candidates,
    findings: findingsOfAny(matches, policy.signedBy),
    ...(signedAt !== undefined && { signedAt }),
    fingerprint: fingerprintOf(merge([bundles, legacy])),
    verifier: VERIFIER,
  };
}

/** Of the wanted type, or of one that nobody can read. */
function mayBeOf({ predicateType }: Candidate, wanted: WantedType): boolean {
  return predicateType === undefined || predicateType === wanted.predicateType;
}

function detailOf(
  { reason }: DerivedVerdict,
  { judged, bundles }: AttestationSearch,
  ofType: readonly Candidate[],
  { predicateType }: WantedType,
  policy: Policy,
): string {
  const problemOf = (outcome: Candidate['outcome']) =>
    ofType.find((candidate) => candidate.outcome === outcome)?.problem;
  switch (reason) {
    case 'attestation-rejected':
      return problemOf('broken') ?? '';
    case 'other-signer':
      return problemOf('other') ?? '';
    case 'candidate-unfetched':
      return problemOf('unfetched') ?? '';
    default: {
      const types = new Set(judged.flatMap(({ candidate }) => candidate.predicateType ?? []));
      const found = [...types].map((type) => JSON.stringify(type.slice(0, 500))).join(', ');
      const refused = bundles.unusable.find(({ kind }) => kind === 'refused')?.problem;
      const not = refused === undefined ? '' : `, not understood: ${refused}`;
      const rules = describeRules(policy.signedBy);
      return `found ${found || 'no attestation'}${not}; wanted type ${JSON.stringify(predicateType)} by ${rules}`;
    }
  }
}
