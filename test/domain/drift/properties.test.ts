import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Digest } from '../../../lambda/domain/digest.ts';
import { decide } from '../../../lambda/domain/drift.ts';
import { type Decision, eventIdOf } from '../../../lambda/domain/event.ts';
import { NO_POLICY } from '../../../lambda/domain/policy.ts';
import { mostSevere, severityRank } from '../../../lambda/domain/severity.ts';
import type { TagState } from '../../../lambda/domain/state.ts';
import { MINUTE, plus } from '../../../lambda/domain/time.ts';
import type { WatchTerms } from '../../../lambda/domain/watch.ts';
import {
  digest,
  type Event,
  facts,
  OTHER_POLICY,
  POLICY,
  type Seen,
  START,
  TAG_KEY,
  TERMS,
  verification,
} from './scenario.ts';

interface Step {
  readonly after: number;
  readonly seen: Seen;
  readonly terms: readonly WatchTerms[];
}

const terms: readonly (readonly WatchTerms[])[] = [
  [TERMS],
  [{ ...TERMS, immutable: true }],
  [TERMS, { ...TERMS, watchId: 'watch-2', policy: OTHER_POLICY, signatureGrace: 5 * MINUTE }],
  [{ ...TERMS, policy: OTHER_POLICY, pin: digest('a') }],
  [{ ...TERMS, policy: NO_POLICY }],
  [{ ...TERMS, signatureGrace: 0 }],
];

const found = fc
  .record({
    kind: fc.constantFrom(
      'verified' as const,
      'verified' as const,
      'unsigned' as const,
      'broken' as const,
      'other-signer' as const,
      'inconclusive' as const,
    ),
    signer: fc.constantFrom('one', 'two'),
    root: fc.constantFrom('root-1', 'root-1', 'root-2'),
    fingerprint: fc.constantFrom('sha256:1', 'sha256:2'),
    signedAt: fc.constantFrom(undefined, '2026-03-01T00:00:00.000Z', '2026-03-18T00:00:00.000Z'),
  })
  .map(({ kind, signer, root, fingerprint, signedAt }) => ({
    ...verification(kind, { fingerprint, trustRootHash: root }),
    signers: kind === 'verified' ? [{ id: signer, label: signer }] : [],
    ...(signedAt === undefined ? {} : { signedAt }),
  }));

const present: fc.Arbitrary<Seen> = fc
  .record({
    name: fc.constantFrom('a', 'a', 'b', 'c'),
    proven: fc.constantFrom(true, true, true, false),
    acme: fc.option(found, { nil: undefined }),
    other: fc.option(found, { nil: undefined }),
    rejectedBefore: fc.constantFrom(undefined, undefined, true, false),
  })
  .map(({ name, proven, acme, other, rejectedBefore }) => ({
    kind: 'present',
    digest: digest(name),
    proven,
    ...(proven ? { manifest: facts(name) } : {}),
    verifications: {
      ...(acme && { [POLICY]: acme }),
      ...(other && { [OTHER_POLICY]: { ...other, policy: OTHER_POLICY } }),
    },
    ...(rejectedBefore === undefined
      ? {}
      : { history: { lastSeq: 1, everRejected: rejectedBefore } }),
  }));

const unseen: fc.Arbitrary<Seen> = fc.oneof(
  fc.constant<Seen>({ kind: 'inconclusive', reason: 'timeout', detail: 'after 10 s' }),
  fc.constant<Seen>({ kind: 'denied', code: 'DENIED', detail: '403' }),
  fc
    .constantFrom('answered' as const, 'answered' as const, 'failed' as const)
    .map((canary): Seen => ({ kind: 'absent', code: 'MANIFEST_UNKNOWN', detail: '404', canary })),
);

const step: fc.Arbitrary<Step> = fc.record({
  after: fc.constantFrom(0, 1, 5, 15, 60).map((minutes) => minutes * MINUTE),
  seen: fc.oneof({ arbitrary: present, weight: 4 }, { arbitrary: unseen, weight: 1 }),
  terms: fc.constantFrom(...terms, ...Array.from({ length: 12 }, () => [TERMS])),
});

const steps = fc.array(step, { minLength: 1, maxLength: 25 });

interface Decided extends Step {
  readonly before: TagState | undefined;
  readonly after_: TagState | undefined;
  readonly at: string;
  readonly decision: Decision;
}

function play(sequence: readonly Step[]): Decided[] {
  let state: TagState | undefined;
  let at = START;
  return sequence.map((one) => {
    at = plus(at, one.after);
    const before = frozen(state);
    const decision = decideOn(before, one, at);
    state = stateAfter(before, decision);
    return { ...one, before, after_: state, at, decision };
  });
}

function decideOn(state: TagState | undefined, { seen, terms }: Step, at: string): Decision {
  return decide({
    tagKey: TAG_KEY,
    registry: 'registry.example',
    repository: 'shop/api',
    tag: '1.4',
    state,
    terms: frozen(terms),
    observation: frozen({ ...seen, at } as Parameters<typeof decide>[0]['observation']),
  });
}

function stateAfter(before: TagState | undefined, decision: Decision): TagState | undefined {
  if (decision.kind === 'commit') return decision.event.after;
  return decision.kind === 'remember' ? decision.state : before;
}

/** A decision that changed what it was given would throw. */
function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(frozen);
  }
  return value;
}

/** Without the details, which are the first to go when the state gets long. */
function verdictsOf(state: TagState | undefined) {
  return Object.entries(state?.verdicts ?? {}).map(([policy, { detail: _, ...rest }]) => [
    policy,
    rest,
  ]);
}

/** The state without what changes by being remembered alone. */
function toldPart(state: TagState) {
  const { rev, verdicts, lastVerified, grace, suspicion, failing, ...rest } = state;
  const { nextCheckAt, pinnedTo, manifest, lastInPlace, recent, labels, ...told } = rest;
  return told;
}

function toldGraces(state: TagState | undefined) {
  return (state?.grace ?? []).filter(
    ({ kind }) => kind === 'tag.moved' || kind === 'tag.first-seen',
  );
}

/** The others end without a word: nobody asks for their policies any more. */
function namedBy(terms: readonly WatchTerms[], graces: TagState['grace']): TagState['grace'] {
  return graces.filter((grace) => terms.some(({ policy }) => policy === grace.policy));
}

/** A grace was ended by time. */
function isOver(before: TagState | undefined, after: TagState | undefined): boolean {
  return (before?.grace.length ?? 0) > (after?.grace.length ?? 0);
}

function eventsOf(decided: readonly Decided[]): Event[] {
  return decided.flatMap(({ decision }) => (decision.kind === 'commit' ? [decision.event] : []));
}

function always(check: (decided: readonly Decided[]) => void, runs = 300): void {
  fc.assert(
    fc.property(steps, (sequence) => check(play(sequence))),
    { numRuns: runs },
  );
}

describe('whatever is observed, in whatever order', () => {
  it('numbers events one by one and never goes back in time', () => {
    always((decided) => {
      for (const { before, decision } of decided) {
        if (decision.kind !== 'commit') continue;
        const { event } = decision;
        expect(event.seq).toBe((before?.seq ?? 0) + 1);
        expect(event.after.seq).toBe(event.seq);
        expect(event.after.at).toBe(event.at);
        expect(event.at >= (before?.at ?? '')).toBe(true);
      }
    });
  });

  it('counts every write', () => {
    always((decided) => {
      for (const { before, after_, decision } of decided) {
        const written = decision.kind === 'nothing' ? 0 : 1;
        expect(after_?.rev ?? 0).toBe((before?.rev ?? 0) + written);
      }
    });
  });

  it('decides nothing about a digest or a verdict when nothing was found out', () => {
    always((decided) => {
      for (const { seen, before, after_, decision } of decided) {
        if (seen.kind !== 'inconclusive') continue;
        expect(after_?.digest).toBe(before?.digest);
        expect(verdictsOf(after_)).toEqual(verdictsOf(before));
        expect(after_?.presence).toBe(before?.presence ?? 'unknown');
        if (decision.kind !== 'commit' || isOver(before, after_)) continue;
        expect(decision.event.kind).toBe('watch.failing');
      }
    });
  });

  it('says "moved" only of bytes that were hashed', () => {
    always((decided) => {
      for (const { seen, before, after_ } of decided) {
        if (before?.digest === undefined || after_?.digest === before.digest) continue;
        expect(seen).toMatchObject({ kind: 'present', proven: true, digest: after_?.digest });
      }
    });
  });

  it('never carries a verdict to a new digest', () => {
    always((decided) => {
      for (const { seen, before, after_ } of decided) {
        if (after_ === undefined || after_.digest === before?.digest) continue;
        const verified = Object.entries(after_.verdicts).filter(
          ([, v]) => v.verdict === 'verified',
        );
        for (const [policy] of verified) {
          expect(seen).toMatchObject({ verifications: { [policy]: { verdict: 'verified' } } });
        }
      }
    });
  });

  it('ends a pending digest that is left with an alert', () => {
    always((decided) => {
      for (const { before, after_, decision } of decided) {
        if (before === undefined || before.grace.length === 0) continue;
        if (after_?.digest === before.digest) continue;
        expect(decision).toMatchObject({ kind: 'commit', event: { alert: true } });
      }
    });
  });

  it('holds back no verdict beyond the end of its grace', () => {
    always((decided) => {
      for (const { before, after_, at, decision, terms } of decided) {
        const awaited = (after_?.grace ?? []).filter(({ losing }) => losing === undefined);
        for (const { until } of awaited) expect(until > at).toBe(true);
        const over = namedBy(terms, toldGraces(before)).filter(({ until }) => until <= at);
        if (over.length > 0)
          expect(decision).toMatchObject({ kind: 'commit', event: { alert: true } });
      }
    });
  });

  it('ends a pending digest with an alert although it is never read again', () => {
    const everAfter = fc.array(fc.record({ after: fc.constant(MINUTE), seen: unseen }), {
      minLength: 20,
      maxLength: 40,
    });
    fc.assert(
      fc.property(steps, everAfter, (sequence, silence) => {
        const last = sequence.at(-1)?.terms ?? [TERMS];
        const decided = play([...sequence, ...silence.map((one) => ({ ...one, terms: last }))]);
        const pending = namedBy(last, toldGraces(decided[sequence.length - 1]?.after_));
        const told = eventsOf(decided.slice(sequence.length)).flatMap(({ changes }) => changes);
        for (const { policy } of pending) {
          expect(told.map((change) => change.policy)).toContain(policy);
        }
        expect(toldGraces(decided.at(-1)?.after_)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('tells every move', () => {
    always((decided) => {
      for (const { before, after_, decision } of decided) {
        if (before?.digest === undefined || after_?.digest === before.digest) continue;
        expect(decision).toMatchObject({ kind: 'commit', event: { alert: true } });
      }
    });
  });

  it('closes only what is open, once, and keeps a way to close everything that is', () => {
    always((decided) => {
      const open = new Set<string>();
      for (const event of eventsOf(decided)) {
        const resolved = event.changes.flatMap(({ resolves }) => resolves ?? []);
        for (const id of resolved) expect([id, open.delete(id)]).toEqual([id, true]);
        if (event.state === 'open') open.add(eventIdOf(event));
        const held = [...Object.values(event.after.open), ...toldGraces(event.after)];
        expect(open).toEqual(new Set(held.map(({ seq }) => eventIdOf({ subject: TAG_KEY, seq }))));
      }
    });
  });

  it('gives the all-clear at least the severity of the alarm', () => {
    always((decided) => {
      const events = eventsOf(decided);
      for (const event of events) {
        expect(event.severity).toBe(mostSevere(event.changes.map(({ severity }) => severity)));
        for (const { resolves } of event.changes) {
          const closed = events.find(({ seq }) => resolves === `${TAG_KEY}#${seq}`);
          if (closed === undefined) continue;
          expect(severityRank(event.severity)).toBeGreaterThanOrEqual(
            severityRank(closed.severity),
          );
        }
      }
    });
  });

  it('tells the same observation once', () => {
    always((decided) => {
      for (const one of decided) {
        if (one.decision.kind !== 'commit') continue;
        expect(decideOn(one.after_, one, one.at).kind).not.toBe('commit');
      }
    });
  });

  it('is reproduced by its events, apart from what is only remembered', () => {
    always((decided) => {
      for (const { before, decision } of decided) {
        if (decision.kind !== 'remember' || before === undefined) continue;
        const { state } = decision;
        expect(toldPart(state)).toEqual(toldPart(before));
        // The item may have to shed what can be done without, the oldest first.
        expect(state.recent).toEqual(before.recent.slice(0, state.recent.length));
        expect(state.labels).toEqual(before.labels.slice(0, state.labels.length));
      }
    });
  });

  it('never restarts a grace', () => {
    always((decided) => {
      const opened = new Map<Digest, string>();
      for (const { after_, at } of decided) {
        for (const { digest, until, length } of toldGraces(after_)) {
          if (!opened.has(digest)) opened.set(digest, at);
          expect(until <= plus(opened.get(digest) ?? at, length)).toBe(true);
        }
      }
    });
  });

  it('looks again at what is pending, and never in the past', () => {
    always((decided) => {
      for (const { after_, at, decision } of decided) {
        if (after_ === undefined || decision.kind === 'nothing') continue;
        const { grace, presence } = after_;
        const pending = grace.filter(({ losing }) => presence === 'present' || !losing);
        if (pending.length > 0) expect(after_.nextCheckAt).toBeDefined();
        expect((after_.nextCheckAt ?? '9999') > at).toBe(true);
      }
    });
  });

  it('stays within 2 KB under one policy, and near it under several', () => {
    always((decided) => {
      for (const { after_ } of decided) {
        const policies = new Set(Object.keys({ ...after_?.verdicts, ...after_?.lastVerified }));
        const limit = policies.size > 1 ? 3072 : 2048;
        expect(Buffer.byteLength(JSON.stringify(after_ ?? {}))).toBeLessThanOrEqual(limit);
      }
    }, 200);
  });
});
