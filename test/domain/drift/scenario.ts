import { type Digest, digestOf } from '../../../lambda/domain/digest.ts';
import { type DriftInput, decide } from '../../../lambda/domain/drift.ts';
import type { Change, Decision, EventKind, EventRecord } from '../../../lambda/domain/event.ts';
import type { ManifestFacts, Observation } from '../../../lambda/domain/observation.ts';
import type { TagState } from '../../../lambda/domain/state.ts';
import { type Duration, MINUTE, plus, type Timestamp } from '../../../lambda/domain/time.ts';
import type { Verdict, VerdictReason, Verification } from '../../../lambda/domain/verdict.ts';
import type { WatchTerms } from '../../../lambda/domain/watch.ts';

export const TAG_KEY = 'registry.example/shop/api:1.4';
export const START: Timestamp = '2026-03-19T12:00:00.000Z';
export const POLICY = 'policy-acme';
export const OTHER_POLICY = 'policy-other';

export const TERMS: WatchTerms = {
  watchId: 'watch-1',
  policyName: 'acme',
  policy: POLICY,
  immutable: false,
  signatureGrace: 15 * MINUTE,
  labels: ['team=payments'],
  every: 5,
};

export function digest(name: string): Digest {
  return digestOf(new TextEncoder().encode(name));
}

type Verdicts = 'verified' | 'unsigned' | 'broken' | 'other-signer' | 'inconclusive';

const VERDICTS: Record<Verdicts, { verdict: Verdict; reason?: VerdictReason }> = {
  verified: { verdict: 'verified' },
  unsigned: { verdict: 'unsigned', reason: 'no-signature' },
  broken: { verdict: 'rejected', reason: 'broken-signature' },
  'other-signer': { verdict: 'rejected', reason: 'other-signer' },
  inconclusive: { verdict: 'inconclusive', reason: 'discovery-incomplete' },
};

/** One perfect verification, and its variations. */
export function verification(kind: Verdicts, over: Partial<Verification> = {}): Verification {
  const signers =
    kind === 'verified' ? [{ id: 'acme/release', label: 'release.yml@refs/tags/v1' }] : [];
  return {
    policy: POLICY,
    ...VERDICTS[kind],
    detail: `found ${kind}`,
    cosignExit: kind === 'verified' ? 0 : 10,
    signers,
    candidates: [],
    findings: [],
    fingerprint: `sha256:${kind}`,
    trustRoot: 'public-good',
    trustRootHash: 'sha256:root-1',
    verifier: '1',
    ...over,
  };
}

export function facts(name: string, over: Partial<ManifestFacts> = {}): ManifestFacts {
  return {
    mediaType: 'application/vnd.oci.image.index.v1+json',
    platforms: { 'linux/amd64': digest(`${name}/amd64`), 'linux/arm64': digest(`${name}/arm64`) },
    attestations: [],
    configs: [],
    annotationsHash: 'sha256:none',
    ...over,
  };
}

type Present = Extract<Observation, { kind: 'present' }>;
type Timeless<T> = T extends { at: Timestamp } ? Omit<T, 'at'> : never;
export type Seen = Timeless<Observation>;

export function present(
  name: string,
  found?: Verdicts | Verification | undefined,
  over: Partial<Present> = {},
): Seen {
  const one = typeof found === 'string' ? verification(found) : found;
  return {
    kind: 'present',
    digest: digest(name),
    proven: true,
    manifest: facts(name),
    verifications: one === undefined ? {} : { [one.policy]: one },
    ...over,
  };
}

export const TIMEOUT: Seen = { kind: 'inconclusive', reason: 'timeout', detail: 'after 10 s' };
export const DENIED: Seen = { kind: 'denied', code: 'DENIED', detail: '403 from the registry' };
export const ABSENT: Seen = {
  kind: 'absent',
  code: 'MANIFEST_UNKNOWN',
  detail: '404 from the registry',
  canary: 'answered',
};

export type Event = Extract<Decision, { kind: 'commit' }>['event'];

/** A tag and those who watch it: every decision is made on the state that the last one left. */
export class Watcher {
  state: TagState | undefined;
  now: Timestamp = START;
  terms: readonly WatchTerms[];
  decision: Decision = { kind: 'nothing' };
  readonly events: Event[] = [];

  constructor(...terms: readonly Partial<WatchTerms>[]) {
    this.terms = (terms.length === 0 ? [{}] : terms).map((term) => ({ ...TERMS, ...term }));
  }

  /** Lets that much time pass, then looks. Returns what the event was, if there was one. */
  see(after: Duration, seen: Seen): Event | undefined {
    const lastChecked = this.now;
    this.now = plus(this.now, after);
    this.decision = this.decide(seen, { lastChecked });
    if (this.decision.kind === 'remember') this.state = this.decision.state;
    if (this.decision.kind !== 'commit') return undefined;
    this.state = this.decision.event.after;
    this.events.push(this.decision.event);
    return this.decision.event;
  }

  /** What would be decided now, without taking it in. */
  decide(seen: Seen, over: Partial<DriftInput> = {}): Decision {
    return decide({
      tagKey: TAG_KEY,
      registry: 'registry.example',
      repository: 'shop/api',
      tag: '1.4',
      state: this.state,
      terms: this.terms,
      observation: { ...seen, at: this.now } as Observation,
      ...over,
    });
  }

  /** The state, where a test relies on there being one. */
  get remembered(): TagState {
    if (this.state === undefined) throw new Error('nothing is remembered yet');
    return this.state;
  }
}

export function kindsOf(event: { changes: readonly Change[] } | undefined): EventKind[] {
  return (event?.changes ?? []).map(({ kind }) => kind);
}

export function recordOf(event: Event): EventRecord {
  return { ...event, commitId: 'commit-1' };
}
