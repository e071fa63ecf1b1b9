import type { Policy } from '../../domain/policy.ts';
import type { Candidate, Signer, Verification } from '../../domain/verdict.ts';
import { type DerivedVerdict, deriveVerdict } from '../../domain/verdict-derivation.ts';
import { fingerprintOf, merge } from './discovery.ts';
import { asCandidate, type Examination } from './examination.ts';
import { findingsOf } from './findings.ts';
import { describeRules } from './identity.ts';
import { VERIFIER } from './version.ts';

/** What a verification says: the derived verdict with its evidence. */
export function report(
  examination: Examination,
  policy: Policy,
  about: Pick<Verification, 'policy' | 'trustRoot' | 'trustRootHash'>,
): Verification {
  const { bundles, legacy, attached, judged, unread } = examination;
  const candidates = [...judged.map(({ candidate }) => candidate), ...unread];
  const incomplete = bundles.incomplete ?? legacy.incomplete;
  const derived = deriveVerdict({
    discoveryComplete: incomplete === undefined,
    outcomes: candidates.map(({ outcome }) => outcome),
    attestationsOnly: examination.attestationsOnly,
    attestations: examination.attestations.map(({ outcome }) => outcome),
    undecided: judged.some((each) => each.undecided === true),
  });
  const matches = candidates.filter(({ outcome }) => outcome === 'match');
  const signedAt = matches
    .flatMap((match) => match.signedAt ?? [])
    .sort()
    .at(-1);
  const detail = detailOf(derived, examination, policy, candidates);
  return {
    ...about,
    ...derived,
    ...(detail !== undefined && { detail }),
    cosignExit: exitOf(derived, examination),
    complete: incomplete === undefined && candidates.every(isFetched),
    signers: distinct(judged.flatMap(({ signer }) => signer ?? [])),
    candidates: [...candidates, ...triedAttestations(examination)],
    findings: findingsOf(
      judged.filter(({ candidate }) => candidate.outcome === 'match'),
      policy.signedBy,
      bundles.signed.length,
    ),
    ...(signedAt !== undefined && { signedAt }),
    ...(bundles.via !== undefined && { referrers: bundles.via }),
    fingerprint: fingerprintOf(merge([bundles, legacy, attached])),
    verifier: VERIFIER,
  };
}

/** They decide only through their rules; a person sees each, and why it does not do. */
function triedAttestations({ attestations, attached }: Examination): Candidate[] {
  return [
    ...attestations.flatMap(({ candidates }) => candidates),
    ...attached.unusable.map(asCandidate),
  ];
}

export function isFetched({ outcome }: Candidate): boolean {
  return outcome !== 'unfetched';
}

/** The exit code of `cosign verify` 3.1.3 on the same path; of an unreadable registry it is 1 too. */
function exitOf({ verdict, reason }: DerivedVerdict, { path, legacy }: Examination): number {
  if (verdict === 'verified') return 0;
  if (verdict === 'inconclusive' || path === 'bundle') return 1;
  // The manifest at `.sig` itself was refused, not one of its layers.
  if (legacy.unusable.some(({ manifest }) => manifest === undefined)) return 1;
  if (reason === 'no-signature') return 10;
  return verdict === 'rejected' ? 12 : 1;
}

function detailOf(
  { verdict, reason }: DerivedVerdict,
  { attestations, bundles, legacy, judged }: Examination,
  policy: Policy,
  candidates: readonly Candidate[],
): string | undefined {
  const unmet = attestations.find(({ outcome }) => outcome !== 'met');
  const problemOf = (outcome: Candidate['outcome']) =>
    candidates.find((candidate) => candidate.outcome === outcome)?.problem;
  switch (reason) {
    case undefined:
      return verdict === 'verified' ? undefined : describeRules(policy.signedBy);
    case 'no-signature':
    case 'attestation-only':
      return unsignedDetail(
        reason,
        bundles.unusable.find(({ kind }) => kind === 'refused')?.problem,
      );
    case 'broken-signature':
      return problemOf('broken');
    case 'other-signer':
      return problemOf('other');
    case 'trust-root-outdated':
      return judged.find((each) => each.undecided === true)?.candidate.problem;
    case 'candidate-unfetched':
      return problemOf('unfetched');
    case 'attestation-missing':
    case 'attestation-rejected':
      return `attestation ${unmet?.rule.predicateType}: ${unmet?.problem}`;
    default:
      return bundles.incomplete ?? legacy.incomplete ?? unmet?.problem;
  }
}

function unsignedDetail(reason: string, refused: string | undefined): string {
  const found =
    reason === 'attestation-only' ? 'only attestations were found' : 'no signature was found';
  return refused === undefined ? found : `${found}; not understood: ${refused}`;
}

export function distinct(signers: readonly Signer[]): Signer[] {
  return [...new Map(signers.map((signer) => [signer.id, signer])).values()];
}
