import type { InconclusiveReason } from '../../domain/observation.ts';
import type { RegistryFailure } from '../ports.ts';

/** Whether it is the registry's failure, with its reason; anything else is ours. */
export function isRegistryFailure(thrown: unknown): thrown is RegistryFailure {
  return thrown instanceof Error && 'reason' in thrown && typeof thrown.reason === 'string';
}

const OUT_OF_REACH: readonly InconclusiveReason[] = ['unreachable', 'timeout', 'tls'];

/** The registry as a whole cannot be talked to: the next tag would fail in the same way, and as slowly. */
export function isOutOfReach(failure: RegistryFailure): boolean {
  return OUT_OF_REACH.includes(failure.reason);
}
