/**
 * Looks for cases that the suite does not know yet, or shows one of them:
 *
 *     node test/interop/mutations/hunt.ts 7 5000        cases 0 to 4999 of seed 7
 *     node test/interop/mutations/hunt.ts 7 s5000       the same of what was changed before it was signed
 *     node test/interop/mutations/hunt.ts 7:1234        this one, with what both said
 *
 * Prints each case in which we accept what cosign refuses, or differ in a way that is not listed.
 */

import { findPeers } from '../peers.ts';
import { type MutatedCase, mutatedCase } from './cases.ts';
import { Court } from './court.ts';
import { explain } from './differences.ts';
import { KEYS } from './exhibits.ts';
import { lineOf } from './line.ts';
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
  const numbers = Array.from({ length: end }, (_, number) => `${prefix}${number}`);
  const totals = new Map<string, { count: number; example: string }>();
  for await (const { mutated, judged } of court.judgeAll(numbers, (n) => caseOf(seed, n))) {
    const exits = `cosign ${judged.cosign}, ours ${judged.ours}`;
    const known = explain(mutated.part, judged);
    const name = known === undefined ? exits : `${exits}: ${known.id}`;
    const { count } = totals.get(name) ?? { count: 0 };
    totals.set(name, { count: count + 1, example: mutated.id });
    if (judged.cosign !== judged.ours && known === undefined) say(lineOf(mutated, judged));
  }
  for (const [name, { count, example }] of [...totals].sort()) {
    say(`${String(count).padStart(6)} ${name}, as in ${example}`);
  }
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
