import { messageOf } from '../domain/errors.ts';
import type { TrustRootName } from '../domain/policy.ts';
import type { Timestamp } from '../domain/time.ts';
import type {
  Logger,
  TrustRefresh,
  TrustRepository,
  TrustStore,
  TrustUpdate,
  TrustUpdateFailure,
  TufMetadata,
} from './ports.ts';

export interface RefreshDeps {
  readonly trust: TrustStore;
  readonly log: Logger;
  /** Which root is refreshed, and from where. */
  readonly name: TrustRootName;
  readonly repository: TrustRepository;
  /** Throws for bytes that the verifier could not rely on. */
  readonly requireSound: (bytes: Uint8Array) => void;
}

export type RefreshReport =
  | {
      /** `updated`: other bytes than before are in force. */
      readonly kind: 'updated' | 'current';
      readonly name: TrustRootName;
      readonly version: number;
      readonly refreshedAt: Timestamp;
    }
  | {
      readonly kind: 'failed';
      readonly name: TrustRootName;
      readonly reason: TrustUpdateFailure | 'unsound' | 'store';
      readonly detail: string;
      /** The last success: how old what is in force may be. Absent when there was none, or it could not be read. */
      readonly refreshedAt?: Timestamp;
    };

/**
 * Brings one trusted root up to date. Whatever goes wrong, the last good one stays in force, and
 * the report says why: no verdict waits for this, and it never throws.
 *
 * The root is stored before the record of the refresh: a crash in between repeats the refresh.
 */
export async function refreshTrust(
  deps: RefreshDeps,
  now: Timestamp,
  signal?: AbortSignal,
): Promise<RefreshReport> {
  let known: TrustRefresh | undefined;
  try {
    known = await deps.trust.refresh(deps.name);
    const update = await deps.repository.update(known?.metadata ?? {}, signal);
    // What was broken off says nothing about the repository.
    signal?.throwIfAborted();
    if (update.kind === 'current') return await accept(deps, known, update, now);
    await record(deps, known, { triedAt: now, problem: update.detail, metadata: update.metadata });
    return failed(deps, known, update.reason, update.detail);
  } catch (thrown) {
    return failed(deps, known, 'store', messageOf(thrown));
  }
}

async function accept(
  deps: RefreshDeps,
  known: TrustRefresh | undefined,
  { bytes, version, metadata }: Extract<TrustUpdate, { kind: 'current' }>,
  now: Timestamp,
): Promise<RefreshReport> {
  const { trust, name, requireSound } = deps;
  try {
    requireSound(bytes);
  } catch (thrown) {
    const detail = messageOf(thrown);
    // The metadata is genuine, whatever it vouches for: older one must not come back.
    await record(deps, known, { triedAt: now, problem: detail, metadata });
    return failed(deps, known, 'unsound', detail);
  }
  const before = await trust.read(name);
  await trust.put(name, version, bytes, now);
  await record(deps, known, { triedAt: now, refreshedAt: now, metadata });
  const same = before !== undefined && Buffer.compare(before, bytes) === 0;
  return { kind: same ? 'current' : 'updated', name, version, refreshedAt: now };
}

interface Outcome {
  readonly triedAt: Timestamp;
  readonly refreshedAt?: Timestamp;
  readonly problem?: string;
  readonly metadata: TufMetadata;
}

/** Whoever refreshed at the same time wrote down as much: then there is nothing to add. */
async function record(
  { trust, name, log }: RefreshDeps,
  known: TrustRefresh | undefined,
  outcome: Outcome,
): Promise<void> {
  const refreshedAt = outcome.refreshedAt ?? known?.refreshedAt;
  const next: TrustRefresh = {
    v: 1,
    rev: (known?.rev ?? 0) + 1,
    ...outcome,
    ...(refreshedAt !== undefined && { refreshedAt }),
  };
  const done = await trust.writeRefresh(name, next, known?.rev ?? 'absent');
  if (done === 'conflict') log.debug('trust root was refreshed by another', { name });
}

function failed(
  { name }: RefreshDeps,
  known: TrustRefresh | undefined,
  reason: Extract<RefreshReport, { kind: 'failed' }>['reason'],
  detail: string,
): RefreshReport {
  const refreshedAt = known?.refreshedAt;
  return {
    kind: 'failed',
    name,
    reason,
    detail,
    ...(refreshedAt !== undefined && { refreshedAt }),
  };
}
