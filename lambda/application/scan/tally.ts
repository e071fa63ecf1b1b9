import type { Decision } from '../../domain/event.ts';
import type { Observation } from '../../domain/observation.ts';
import type { TagState } from '../../domain/state.ts';
import type { Verdict } from '../../domain/verdict.ts';
import { BASELINE_OUTCOMES, type BaselineOutcome } from '../baseline.ts';
import type { Receipt, Totals } from '../ports.ts';
import { NO_TOTALS } from '../totals.ts';

type Counter = Exclude<keyof Totals, 'inconclusive'>;

const WORST_FIRST = ['rejected', 'unsigned', 'inconclusive', 'verified'] as const;

/** What one job adds up: its totals and, for a baseline, which tag came out how. */
export class Tally {
  readonly #counts: { -readonly [K in Counter]: number };
  readonly #inconclusive: Record<string, number> = {};
  readonly #lists = new Map<BaselineOutcome, string[]>(BASELINE_OUTCOMES.map((name) => [name, []]));

  constructor() {
    const { inconclusive: _, ...counts } = NO_TOTALS;
    this.#counts = { ...counts };
  }

  get totals(): Totals {
    return { ...this.#counts, inconclusive: { ...this.#inconclusive } };
  }

  get lists(): NonNullable<Receipt['baseline']>['lists'] {
    return Object.fromEntries(this.#lists);
  }

  drop(tags: number): void {
    this.#counts.dropped += tags;
  }

  /** Nothing was found out, for a reason that may be ours: it says nothing about the tag. */
  inconclusive(tagKey: string, reason: string): void {
    this.#counts.checked++;
    this.#inconclusive[reason] = (this.#inconclusive[reason] ?? 0) + 1;
    this.#list('inconclusive', tagKey);
  }

  /** `after` is what is remembered of the tag from now on. */
  checked(
    tagKey: string,
    before: TagState | undefined,
    observation: Observation,
    decision: Decision,
    after: TagState | undefined,
  ): void {
    if (decision.kind === 'commit') this.#counts.events++;
    switch (observation.kind) {
      case 'inconclusive':
        this.inconclusive(tagKey, observation.reason);
        return;
      case 'absent':
        this.#answered('missing', 'not found', tagKey);
        return;
      case 'denied':
        this.#answered('denied', 'denied', tagKey);
        return;
      case 'present':
        if (isUnprovenMove(before, observation)) {
          this.inconclusive(tagKey, 'unproven');
          return;
        }
        this.#counts.checked++;
        this.#counts[changeOf(before, observation.digest)]++;
        this.#verdicts(observation);
        this.#list(outcomeOf(after), tagKey);
    }
  }

  #answered(counter: 'missing' | 'denied', outcome: BaselineOutcome, tagKey: string): void {
    this.#counts.checked++;
    this.#counts[counter]++;
    this.#list(outcome, tagKey);
  }

  #verdicts({ verifications }: Extract<Observation, { kind: 'present' }>): void {
    const worst = worstOf(Object.values(verifications).map(({ verdict }) => verdict));
    if (worst === 'verified' || worst === 'unsigned' || worst === 'rejected') this.#counts[worst]++;
  }

  #list(outcome: BaselineOutcome, tagKey: string): void {
    this.#lists.get(outcome)?.push(tagKey);
  }
}

/** The registry names another digest, and nothing has proved it. */
function isUnprovenMove(
  before: TagState | undefined,
  { digest, proven }: Extract<Observation, { kind: 'present' }>,
): boolean {
  return !proven && before?.digest !== undefined && before.digest !== digest;
}

function changeOf(before: TagState | undefined, digest: string): Counter {
  if (before?.digest === undefined) return 'firstSeen';
  return before.digest === digest ? 'unchanged' : 'moved';
}

function worstOf(verdicts: readonly Verdict[]): Verdict | undefined {
  return WORST_FIRST.find((verdict) => verdicts.includes(verdict));
}

function outcomeOf(after: TagState | undefined): BaselineOutcome {
  const worst = worstOf(Object.values(after?.verdicts ?? {}).map(({ verdict }) => verdict));
  if (worst === 'rejected' || worst === 'unsigned' || worst === 'inconclusive') return worst;
  return 'resolved';
}
