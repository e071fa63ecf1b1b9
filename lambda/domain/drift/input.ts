import type { Observation } from '../observation.ts';
import type { Policy, PolicyHash } from '../policy.ts';
import type { TagKey } from '../reference.ts';
import type { TagState } from '../state.ts';
import type { Timestamp } from '../time.ts';
import type { TroubleKind } from '../trouble.ts';
import type { WatchTerms } from '../watch.ts';

export type PresentObservation = Extract<Observation, { kind: 'present' }>;

/** A tag as a decision finds it: there is no clock, no store and no registry behind it. */
export interface DraftInput {
  readonly tagKey: TagKey;
  readonly registry: string;
  readonly repository: string;
  /** Absent for a digest-only watch. */
  readonly tag?: string;
  /** What is remembered; undefined when nothing is (never when it could not be read). */
  readonly state: TagState | undefined;
  /** Of every watch on this tag. */
  readonly terms: readonly WatchTerms[];
  /** For the alert's command that reproduces a verdict; the decision itself does not look at them. */
  readonly policies?: ReadonlyMap<PolicyHash, Policy>;
  /** The last check before this one: it saw the remembered digest, unless the state says otherwise. */
  readonly lastChecked?: Timestamp;
  /** What fails of the registry as a whole: then it is no news about this tag. */
  readonly registryTrouble?: TroubleKind;
}

/** Everything that the decision on one observation may depend on. */
export interface DriftInput extends DraftInput {
  readonly observation: Observation;
}
