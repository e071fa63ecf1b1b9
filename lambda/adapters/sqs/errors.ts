import { TagwardenError } from '../../domain/errors.ts';

/** The queue could not be used; what it did not take may be sent again. */
export class QueueError extends TagwardenError<'UNAVAILABLE'> {
  constructor(message: string, cause?: unknown) {
    super('UNAVAILABLE', message, { cause, temporary: true });
  }
}

/**
 * A message that is no job of ours, or one of a newer major version: nobody here can work it, now or
 * later, and it must not keep those behind it from being worked.
 */
export class UnreadableJobError extends TagwardenError<'UNREADABLE_JOB'> {
  constructor(problem: string) {
    super('UNREADABLE_JOB', `unreadable message of the queue: ${problem}`);
  }
}
