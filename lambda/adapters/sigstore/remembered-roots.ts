import type { TrustRoots } from '../../application/ports.ts';
import type { TrustRootName } from '../../domain/policy.ts';
import { type Duration, MINUTE, type Timestamp } from '../../domain/time.ts';

/** A new root is in force after this much time everywhere. */
const REMEMBERED: Duration = MINUTE;

interface Remembered {
  readonly until: number;
  readonly bytes: Uint8Array;
  readonly refreshedAt: Timestamp | undefined;
}

/**
 * Roots of a store, each asked for once a minute instead of with every verdict. What is not there,
 * or could not be read, is asked for again.
 */
export function rememberRoots(roots: TrustRoots, now: () => Date): Required<TrustRoots> {
  const known = new Map<TrustRootName, Remembered>();
  const recall = async (name: TrustRootName): Promise<Remembered | undefined> => {
    const at = now().getTime();
    const found = known.get(name);
    if (found !== undefined && at < found.until && at >= found.until - REMEMBERED) return found;
    const bytes = await roots.read(name);
    const refreshedAt = await roots.refreshedAt?.(name);
    if (bytes === undefined) return undefined;
    const fresh = { until: at + REMEMBERED, bytes, refreshedAt };
    known.set(name, fresh);
    return fresh;
  };
  return {
    read: async (name) => (await recall(name))?.bytes,
    refreshedAt: async (name) => (await recall(name))?.refreshedAt,
  };
}
