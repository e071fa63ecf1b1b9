/**
 * Looks for cases that the suite does not know yet, or shows one of them:
 *
 *     node test/interop/mutations/hunt.ts 7 5000        cases 0 to 4999 of seed 7
 *     node test/interop/mutations/hunt.ts 7 s5000       the same of what was changed before it was signed
 *     node test/interop/mutations/hunt.ts 7:1234        this one, with what both said
 */

import type { Judgement } from '../judges.ts';
import { findPeers } from '../peers.ts';
import { type MutatedCase, mutatedCase } from './cases.ts';
import { Court } from './court.ts';
import { KEYS } from './exhibits.ts';
import { SignedCases } from './signed-cases.ts';

const peers = findPeers();
if (peers === undefined) throw new Error('the peers are not installed: npm run test:interop');
const [what = '1', count = '1000'] = process.argv.slice(2);
const [seed = '', only] = what.split(':');
const signed = await SignedCases.start();
const court = await Court.open(peers, { ...KEYS, signer: signed.pem });
try {
  if (only === undefined) await hunt(seed, count);
  else await show(await caseOf(seed, only));
} finally {
  await court.close();
  await signed.close();
}

/** @param which its number, with an `s` before it if it is of the signed ones. */
async function caseOf(seed: string, which: string): Promise<MutatedCase> {
  return which.startsWith('s')
    ? signed.make(seed, Number(which.slice(1)))
    : mutatedCase(seed, Number(which));
}

async function hunt(seed: string, count: string): Promise<void> {
  const [prefix, end] = count.startsWith('s') ? ['s', Number(count.slice(1))] : ['', Number(count)];
  let next = 0;
  let making: Promise<unknown> = Promise.resolve();
  const totals = new Map<string, number>();
  const work = async () => {
    for (let number = next++; number < end; number = next++) {
      const made = making.then(() => caseOf(seed, `${prefix}${number}`));
      making = made;
      const mutated = await made;
      const judged = await court.judge(mutated);
      const exits = `cosign ${judged.cosign}, ours ${judged.ours}`;
      totals.set(exits, (totals.get(exits) ?? 0) + 1);
      if (judged.cosign !== judged.ours) {
        say(
          `${mutated.id} ${mutated.exhibit.name} | ${mutated.part} | ${mutated.said} | ${exits} | ${reason(judged)}`,
        );
      }
    }
  };
  await Promise.all([work(), work()]);
  say(JSON.stringify(Object.fromEntries(totals)));
}

function reason({ problem, theirs }: Judgement): string {
  return `${problem.trim()} | ${theirs.trim().split('\n').at(-1)}`;
}

async function show(mutated: MutatedCase): Promise<void> {
  const { id, exhibit, part, said } = mutated;
  const { cosign, ours, problem, theirs } = await court.judge(mutated);
  say(`${id} ${exhibit.name} (${exhibit.flags})\n${part}: ${said}`);
  say(`cosign ${cosign}: ${theirs}`);
  say(`ours ${ours}: ${problem}`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
