import { TagwardenError } from '../../domain/errors.ts';

export type TufErrorCode =
  /** Nobody answered, or not as a repository does. */
  | 'UNREACHABLE'
  /** An answer over its limit. */
  | 'TOO_LARGE'
  /** What the repository says is signed and still not acceptable. */
  | 'REFUSED';

/** Raised inside the adapter; `update` turns it into a failed update. */
export class TufError extends TagwardenError<TufErrorCode> {
  constructor(code: TufErrorCode, message: string, cause?: unknown) {
    super(code, message, { cause, temporary: code === 'UNREACHABLE' });
  }
}
