import type { Job } from '../../application/ports.ts';

/** SQS takes XML 1.0's characters; JSON escapes all others but these two. */
const NOT_TAKEN = /[\ufffe\uffff]/g;

export function bodyOf(message: Job): string {
  return JSON.stringify(message).replace(
    NOT_TAKEN,
    (unit) => `\\u${unit.charCodeAt(0).toString(16)}`,
  );
}
