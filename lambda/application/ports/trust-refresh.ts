/** What the refresh of a trusted root asks for, and what it leaves behind. */
import type { Timestamp } from '../../domain/time.ts';

/** The four top-level roles of TUF (specification, section 2.1). */
export const TUF_ROLES = ['root', 'timestamp', 'snapshot', 'targets'] as const;
export type TufRole = (typeof TUF_ROLES)[number];

/**
 * The metadata that a TUF client trusts, as it was sent: without it the next client would believe
 * an older repository (rollback), or the same one for ever (freeze).
 */
export type TufMetadata = Readonly<Partial<Record<TufRole, Uint8Array>>>;

/** `unreachable`: nobody answered as a repository does. `refused`: it answered, and must not be believed. */
export type TrustUpdateFailure = 'unreachable' | 'refused';

export type TrustUpdate =
  | {
      readonly kind: 'current';
      /** The bytes of `trusted_root.json` that the repository vouches for now. */
      readonly bytes: Uint8Array;
      /** Of the signed metadata that names them: rises with every change. */
      readonly version: number;
      readonly metadata: TufMetadata;
    }
  | {
      readonly kind: 'failed';
      readonly reason: TrustUpdateFailure;
      /** One line for a person. */
      readonly detail: string;
      /** What was proven before it failed: a root whose keys were withdrawn stays withdrawn. */
      readonly metadata: TufMetadata;
    };

/** A TUF repository of one trusted root. */
export interface TrustRepository {
  /** One pass of the client workflow (TUF specification, section 5), from what is known. Never throws. */
  update(known: TufMetadata, signal?: AbortSignal): Promise<TrustUpdate>;
}

/** What the refreshes of one root left behind. */
export interface TrustRefresh {
  readonly v: 1;
  readonly rev: number;
  readonly triedAt: Timestamp;
  /** The last success: the root was what its repository vouched for then. */
  readonly refreshedAt?: Timestamp;
  /** Why the last try failed; absent after a success. */
  readonly problem?: string;
  readonly metadata: TufMetadata;
}
