import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRegistry } from '../test/support/registry/index.ts';
import { IDENTITY } from '../test/support/sigstore/bench.ts';
import { BOUNDED_INPUTS, type BoundedInput, Place } from '../test/support/sigstore/bounds/index.ts';
import { type SigstoreDouble, startSigstore } from '../test/support/sigstore/index.ts';
import type { Cost } from './bounds.ts';
import { Child, typical } from './child.ts';
import type { Figure } from './figure.ts';

const ROUNDS = 16;
/** Of each input: milliseconds of CPU, MiB of memory. */
const GOAL = { cpu: 50, memory: 64 };

/** What a watch spends on an image that is made to be expensive. */
export async function boundsFigures(progress: (text: string) => void): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'tagwarden-bench-'));
  const sigstore = await startSigstore();
  try {
    const root = join(folder, 'trusted_root.json');
    await writeFile(root, sigstore.trustedRoot());
    const figures: Figure[] = [];
    for (const input of BOUNDED_INPUTS) {
      progress(`refusing ${input.name} …`);
      figures.push(figureOf(input, await costsOf(input, sigstore, root)));
    }
    return figures;
  } finally {
    await sigstore.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The registries are in this process, and what they do counts for nothing. */
async function costsOf(
  input: BoundedInput,
  sigstore: SigstoreDouble,
  root: string,
): Promise<readonly Cost[]> {
  const registries = await Promise.all([
    startRegistry({ referrers: true }),
    startRegistry({ referrers: true }),
  ]);
  const [fine, hostile] = registries.map((registry) => new Place(sigstore, registry));
  if (fine === undefined || hostile === undefined) throw new Error('the registries did not start');
  const images = [await fine.image(), await hostile.image()];
  await fine.bench.attach(await fine.bench.bundle());
  await input.build(hostile);
  const child = new Child('bounds.ts', root, IDENTITY, ...images);
  try {
    const costs: Cost[] = [];
    while (costs.length < ROUNDS) costs.push(await child.round<Cost>());
    return costs;
  } finally {
    await child.stop();
    await Promise.all(registries.map((registry) => registry.close()));
  }
}

function figureOf({ name, verdict }: BoundedInput, costs: readonly Cost[]): Figure {
  const cpu = typical(costs.map((cost) => cost.cpu));
  const ofGood = costs[0]?.ofGood ?? Number.NaN;
  const memory = Math.max(...costs.map((cost) => cost.memory ?? Number.NaN));
  const said = [...new Set(costs.map((cost) => cost.said))].join(', ');
  const mib = Number.isNaN(memory) ? '?' : memory.toFixed(1);
  const found = `${cpu.toFixed(1)} ms (a good one ${ofGood.toFixed(1)} ms), ${mib} MiB: ${said}`;
  return {
    what: name,
    found,
    goal: `${GOAL.cpu} ms, ${GOAL.memory} MiB`,
    met: said === verdict && cpu <= GOAL.cpu && !(memory > GOAL.memory),
    how: 'CPU of one verdict, warm, the registry in another process; the most its memory grew by; beside it a good image',
  };
}
