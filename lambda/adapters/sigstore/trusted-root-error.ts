import { TagwardenError } from '../../domain/errors.ts';

/** Raised for a `trusted_root.json` that cannot be relied on; not for one that merely misses an authority. */
export class TrustedRootError extends TagwardenError<'INVALID_TRUSTED_ROOT'> {
  constructor(problem: string, cause?: unknown) {
    super('INVALID_TRUSTED_ROOT', `invalid trusted root: ${problem}`, { cause });
  }
}
