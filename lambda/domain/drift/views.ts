import type { DigestView } from '../event.ts';
import { NO_POLICY, type PolicyHash } from '../policy.ts';
import type { Grace, TagState, VerdictRecord } from '../state.ts';
import type { WatchTerms } from '../watch.ts';
import { toldOf } from './judge.ts';
import { requirementsOf } from './terms.ts';

const WORST_FIRST = ['rejected', 'unsigned', 'inconclusive', 'verified', 'not-required'];

interface ToldVerdict {
  readonly policy: PolicyHash;
  readonly policyName: string;
  readonly record: VerdictRecord;
}

/** The grace in which the verdict of this policy on the remembered digest is. */
export function graceOf(state: TagState, policy: PolicyHash): Grace | undefined {
  return state.grace.find((grace) => grace.policy === policy && grace.digest === state.digest);
}

/** What people were told of the remembered digest, by policy, the worst first. */
export function toldVerdicts(state: TagState, terms: readonly WatchTerms[]): ToldVerdict[] {
  const told = requirementsOf(terms).flatMap(({ policy, name }) => {
    const record = state.verdicts[policy];
    if (record === undefined) return [];
    return [{ policy, policyName: name, record: toldOf(record, graceOf(state, policy)) }];
  });
  const rank = ({ record }: ToldVerdict) => WORST_FIRST.indexOf(record.verdict);
  return told.sort((a, b) => rank(a) - rank(b));
}

/** The remembered digest as an alert shows it; undefined when there is none. */
export function viewOf(state: TagState, terms: readonly WatchTerms[]): DigestView | undefined {
  const { digest } = state;
  if (digest === undefined) return undefined;
  const told = toldVerdicts(state, terms);
  const worst = told[0];
  const unproven = state.proven ? {} : { proven: false };
  if (worst === undefined) {
    const free = terms.every(({ policy }) => policy === NO_POLICY);
    return { digest, ...(free ? { verdict: 'not-required' } : {}), signers: [], ...unproven };
  }
  const { verdict, reason, detail, signers, signedAt } = worst.record;
  const grace = graceOf(state, worst.policy);
  return {
    digest,
    verdict,
    ...(reason === undefined ? {} : { reason }),
    ...(detail === undefined ? {} : { detail }),
    signers,
    ...(signedAt === undefined ? {} : { signedAt }),
    ...unproven,
    ...(grace === undefined || grace.losing !== undefined ? {} : { awaitedUntil: grace.until }),
    ...(told.length < 2 ? {} : { verdicts: told.map(verdictLine) }),
  };
}

function verdictLine({ policy, policyName, record }: ToldVerdict) {
  const { verdict, reason } = record;
  return { policyName, policy, verdict, ...(reason === undefined ? {} : { reason }) };
}
