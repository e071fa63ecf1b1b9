import type { Judgement } from '../judges.ts';
import type { MutatedCase } from './cases.ts';

/** One case in one line: how to see it again, what it is, and what both said. */
export function lineOf(
  { id, exhibit, part, said }: Omit<MutatedCase, 'content'>,
  { cosign, ours, problem, theirs }: Judgement,
): string {
  const last = theirs.trim().split('\n').at(-1) ?? '';
  const why = [problem.trim(), last].map((text) => text.slice(0, 200)).join(' | ');
  return `${id} ${exhibit.name} | ${part} | ${said} | cosign ${cosign}, ours ${ours} | ${why}`;
}
