import { type Digest, parseDigest } from '../../../lambda/domain/digest.ts';
import type { EventRecord } from '../../../lambda/domain/event.ts';
import { NO_POLICY } from '../../../lambda/domain/policy.ts';
import type { TagState } from '../../../lambda/domain/state.ts';
import type { Unit, UnitTag, Watch, WatchTerms } from '../../../lambda/domain/watch.ts';

/** One perfect thing of each kind that the store keeps; tests spread their variations over it. */

export const AT = '2026-03-19T03:12:00.000Z';
export const TAG_KEY = 'ghcr.io/acme/app:1.4.2';

export function aDigest(fill = 'a'): Digest {
  return parseDigest(`sha256:${fill.repeat(64)}`);
}

export function aState(changes: Partial<TagState> = {}): TagState {
  const { tagKey = TAG_KEY } = changes;
  const [, registry = '', repository = '', tag = ''] = /^([^/]+)\/(.+):([^:]+)$/.exec(tagKey) ?? [];
  return {
    v: 1,
    tagKey,
    registry,
    repository,
    tag,
    seq: 1,
    rev: 1,
    at: AT,
    presence: 'present',
    digest: aDigest(),
    proven: true,
    since: AT,
    verdicts: { [NO_POLICY]: { verdict: 'not-required', at: AT, signers: [] } },
    recent: [],
    grace: [],
    open: {},
    watches: ['acme'],
    labels: ['team=payments'],
    ...changes,
  };
}

export function anEvent(changes: Partial<EventRecord> = {}): EventRecord {
  const { subject = TAG_KEY, seq = 1, at = AT } = changes;
  return {
    v: 1,
    subject,
    seq,
    at,
    commitId: `commit-${seq}`,
    kind: 'tag.moved',
    severity: 'low',
    state: 'open',
    changes: [{ kind: 'tag.moved', severity: 'low', summary: 'moved' }],
    alert: true,
    watches: [],
    now: { digest: aDigest(), verdict: 'not-required', signers: [] },
    sightings: [{ digest: aDigest(), role: 'manifest' }],
    after: aState({ tagKey: subject, seq, rev: seq, at }),
    ...changes,
  };
}

export const TERMS: WatchTerms = {
  watchId: 'acme',
  policyName: 'none',
  policy: NO_POLICY,
  immutable: false,
  signatureGrace: 900_000,
  labels: [],
  every: 5,
};

export function aWatch(changes: Partial<Watch> = {}): Watch {
  return { ...TERMS, registry: 'ghcr.io', repository: 'acme/app', tag: '1.4.2', ...changes };
}

export function aUnit(changes: Partial<Unit> = {}): Unit {
  const tags: UnitTag[] = [{ tag: '1.4.2', terms: [TERMS] }];
  return {
    v: 1,
    id: 'unit-1',
    lane: 'ghcr.io',
    every: 5,
    slot: 3,
    registry: 'ghcr.io',
    repository: 'acme/app',
    tags,
    ...changes,
  };
}
