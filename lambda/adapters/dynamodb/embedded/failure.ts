import { messageOf } from '../../../domain/errors.ts';

/** LevelDB's own words are in the cause. */
export function detailOf(thrown: unknown): string {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  return cause === undefined ? messageOf(thrown) : `${messageOf(thrown)}: ${messageOf(cause)}`;
}

/** What ENOSPC, EFBIG and EDQUOT are called in messages; LevelDB passes on no code. */
export function isDiskFull(thrown: unknown): boolean {
  return /no space left|file too large|quota exceeded/i.test(detailOf(thrown));
}
