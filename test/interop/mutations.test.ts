import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type MutatedCase, mutatedCase } from './mutations/cases.ts';
import { Court } from './mutations/court.ts';
import { explain, OTHER_CODES, STRICTER } from './mutations/differences.ts';
import { EXHIBITS, KEYS } from './mutations/exhibits.ts';
import { lineOf } from './mutations/line.ts';
import { SignedCases } from './mutations/signed-cases.ts';
import { suite } from './parity.ts';
import { findPeers, type Peers } from './peers.ts';

/** Another one looks elsewhere: `node test/interop/mutations/hunt.ts` takes any, and any number of cases. */
const SEED = '2026';
const BLOCK = 100;
/** Changes of what was signed, and changes that were made before it was signed. */
const AFTERWARDS = blocks(1_200, '');
const BEFORE = blocks(600, 's');

let court: Court;
let signed: SignedCases;

suite('images with one change', () => {
  beforeAll(async () => {
    signed = await SignedCases.start();
    court = await Court.open(findPeers() as Peers, { ...KEYS, signer: signed.pem });
  });
  afterAll(async () => {
    await court?.close();
    await signed?.close();
  });

  describe('without it', () => {
    it.each(EXHIBITS)('$command takes $name ($flags)', async (exhibit) => {
      const said = await court.judge({ exhibit, content: exhibit.content });
      expect(said).toMatchObject({ cosign: 0, ours: 0 });
    });
  });

  describe(`seed ${SEED}: no case is accepted that cosign refuses, and every difference is listed`, () => {
    it.each([...AFTERWARDS, ...BEFORE])('cases %s to %s', async (first, last, numbers) => {
      const wrong: string[] = [];
      for await (const { mutated, judged } of court.judgeAll(numbers, (n) => caseOf(SEED, n))) {
        const isSame = judged.cosign === judged.ours;
        if (!isSame && explain(mutated.part, judged) === undefined) {
          wrong.push(lineOf(mutated, judged));
        }
      }
      expect({ first, last, wrong }).toEqual({ first, last, wrong: [] });
    });
  });

  describe('the listed differences', () => {
    it.each([...STRICTER, ...OTHER_CODES])('$id, as in $example', async ({ id, example }) => {
      const [seed = '', number = ''] = example.split(':');
      const mutated = await caseOf(seed, number);
      expect(explain(mutated.part, await court.judge(mutated))?.id).toBe(id);
    });
  });
});

async function caseOf(seed: string, number: string): Promise<MutatedCase> {
  return number.startsWith('s')
    ? signed.make(seed, Number(number.slice(1)))
    : mutatedCase(seed, Number(number));
}

function blocks(count: number, prefix: string) {
  return Array.from({ length: Math.ceil(count / BLOCK) }, (_, block) => {
    const from = block * BLOCK;
    const numbers = Array.from({ length: Math.min(BLOCK, count - from) }, (__, n) => from + n);
    const names = numbers.map((number) => `${prefix}${number}`);
    return [names[0] ?? '', names.at(-1) ?? '', names] as const;
  });
}
