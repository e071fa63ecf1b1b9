import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Candidate } from '../../../../lambda/domain/verdict.ts';
import { buildFaulty, listening } from '../../../support/faults/build.ts';
import { FileBench } from '../../../support/sigstore/conformance/index.ts';
import { type SigstoreDouble, startSigstore } from '../../../support/sigstore/index.ts';
import type { Scenario, Verifiers, Verify } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';

const FOLDER = 'lambda/adapters/sigstore';
const ENTRY = `
export * from './index.ts';
export { createFileVerifier } from './file-verifier.ts';
`;

/** Files that say no verdict. */
const ASIDE = ['tree.ts', 'artifact-kind.ts', 'attached-manifest.ts', 'attached-thing.ts'];
const SOURCES = readdirSync(join(import.meta.dirname, '../../../..', FOLDER)).filter(
  (name) => name.endsWith('.ts') && !ASIDE.includes(name),
);

/** Points that no verdict is made of, or that are never reached. */
const ELSEWHERE =
  /^(?:public-good\.ts|trusted-root\.ts.* requireWholeRoot|verifier\.ts.* trustRootHash|every-timestamp\.ts.* compare\w+)/;

/** Points at which an error is one of the caller's: who calls a verifier has to live with it. */
const OUTERMOST =
  /^(?:verifier\.ts.* (?:createVerifier|constructor|verify|verifyAttestation|remembering)|root-judge\.ts.* (?:constructor|judge|nothingKnown)|file-verifier\.ts.* (?:createFileVerifier|verifyFile)|remembered-roots\.ts.* rememberRoots)$/;

/** Points that a good verdict does not rest on, each with the reason. */
const HARMLESS: readonly (readonly [point: RegExp, why: string])[] = [
  [
    /^(?:refusal\.ts|verify\/dist\/error\.js).* constructor$/,
    'it makes an error; this is one, too',
  ],
  [/^proto-json\.ts.* quote$/, 'it words an error; this is one, too'],
  [
    /^root-judge\.ts.* trustRootHash$/,
    'a key alone, in no log, needs no root: the verdict lacks the hash of the one that is not used',
  ],
];

/** What a parser may throw, some of it no error at all. */
const THROWN: readonly (() => unknown)[] = [
  () => new Error('injected'),
  () => new TypeError("Cannot read properties of undefined (reading 'subs')"),
  () => 'injected',
  () => undefined,
  () => new RangeError('Maximum call stack size exceeded'),
  () => ({ message: 1 }),
];

interface Run {
  readonly name: string;
  readonly verify: Verify;
  /** The lowest is taken. */
  readonly rank: number;
}

/** How a point is reached fastest: on the way to a good verdict, and on the way to another. */
interface Ways {
  good?: Run;
  other?: Run;
}

let folder: string;
let sigstore: SigstoreDouble;
let files: FileBench;
let faulty: Verifiers;
let own: readonly string[];
/** Reached while the module is loaded: one that does not load verifies nothing. */
const loading = new Set<string>();
const ways = new Map<string, Ways>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tagwarden-faults-'));
  const outfile = join(folder, 'faulty.mjs');
  own = await buildFaulty({ entry: ENTRY, folder: FOLDER, outfile });
  faulty = await listening(
    (point) => loading.add(point),
    () => import(outfile),
  );
  sigstore = await startSigstore();
  files = await FileBench.start();
  for (const scenario of SCENARIOS) await record(scenario);
}, 60_000);
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await sigstore.close();
  await files.close();
});

async function record({ name, make, isWhole = false }: Scenario): Promise<void> {
  const verify = await make(sigstore, files);
  const reached = new Set<string>();
  const start = performance.now();
  const { verdict, candidates } = await listening(
    (point) => reached.add(point),
    () => verify(faulty),
  );
  // Who needs the trusted root most is asked first.
  const rank = candidates.some(({ kind }) => kind === 'keyless') ? 0 : 1_000_000;
  const run = { name, verify, rank: rank + performance.now() - start };
  if (verdict === 'verified' && !isWhole && !restsOnAll(candidates)) return;
  const way = verdict === 'verified' ? 'good' : 'other';
  for (const point of reached) {
    const known = ways.get(point) ?? {};
    if ((known[way]?.rank ?? Number.POSITIVE_INFINITY) > run.rank) known[way] = run;
    ways.set(point, known);
  }
}

/** Of several candidates one may fail, and a certificate beside a wanted key is only described. */
function restsOnAll([candidate, ...more]: readonly Candidate[]): boolean {
  return more.length === 0 && !(candidate?.kind === 'keyless' && candidate.keyId !== undefined);
}

let trials = 0;

/** What is said when it throws there, or how it crashes. */
async function failingAt(point: string, { name, verify }: Run): Promise<string> {
  const thrown = THROWN[trials++ % THROWN.length];
  const listener = (reached: string) => {
    if (reached === point) throw thrown?.();
  };
  try {
    return (await listening(listener, () => verify(faulty))).verdict;
  } catch (error) {
    return `a crash of "${name}": ${String(error)}`;
  }
}

/** All that went wrong: `<point>: <verdict>`. */
async function wrongAt(
  points: readonly string[],
  which: readonly (keyof Ways)[] = ['good', 'other'],
): Promise<string[]> {
  const wrong: string[] = [];
  for (const point of points) {
    for (const run of which.map((way) => ways.get(point)?.[way])) {
      const said = run && (await failingAt(point, run));
      if (said !== undefined && !isSafe(point, said)) wrong.push(`${point}: ${said}`);
    }
  }
  return wrong;
}

function isSafe(point: string, said: string): boolean {
  if (said === 'verified') return HARMLESS.some(([harmless]) => harmless.test(point));
  return !said.startsWith('a crash') || OUTERMOST.test(point);
}

describe('whatever throws in the course of a verification, nothing is verified (CVE-2026-44310)', () => {
  it.each(SOURCES)('in %s', async (source) => {
    expect(await wrongAt(own.filter((point) => point.startsWith(`${source}:`)))).toEqual([]);
  });

  it('in the Sigstore library', async () => {
    const foreign = [...ways.keys()].filter((point) => !own.includes(point));
    expect(foreign.length).toBeGreaterThan(100);
    expect(await wrongAt(foreign, ['good'])).toEqual([]);
  });

  it('and no point of the code was left out', () => {
    const missed = own.filter(
      (point) =>
        !ways.has(point) &&
        !loading.has(point) &&
        !ELSEWHERE.test(point) &&
        SOURCES.some((source) => point.startsWith(`${source}:`)),
    );
    expect(missed).toEqual([]);
  });
});
