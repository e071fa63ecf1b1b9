import { MINUTE } from '../lambda/domain/time.ts';
import type { Figure } from './figure.ts';
import { type Modelled, type Simulated, simulate } from './simulation.ts';

/** The plan of docs/scale.md. `takes`: what the registry documents, or, where it documents nothing, a guess. */
const PLAN: readonly Modelled[] = [
  { registry: 'docker.io', tags: 300_000, every: 360, takes: 33 },
  { registry: 'ghcr.io', tags: 400_000, every: 60, takes: 733 },
  { registry: 'gcr.io', tags: 100_000, every: 180, takes: 83 },
  { registry: 'quay.io', tags: 100_000, every: 720, takes: 5 },
  {
    registry: '111122223333.dkr.ecr.us-east-1.amazonaws.com',
    tags: 80_000,
    every: 15,
    takes: 1_000,
  },
  { registry: 'slow.example', tags: 20_000, every: 60, takes: 10 },
];
/** Whose limit nobody told us: it has to be found by its refusals. */
const UNDOCUMENTED = 'slow.example';
const HOURS = 26;

/** A million tags from one address, by the simulated clock. */
export async function scaleFigures(progress: (text: string) => void): Promise<Figure[]> {
  progress(`simulating ${HOURS} hours of a million tags …`);
  const simulated = await simulate(PLAN, HOURS);
  return simulated.map(figureOf);
}

function figureOf({ registry, tags, every, takes, ...found }: Simulated): Figure {
  const { requests, refused, busiest, longestGap, starved } = found;
  const gap = longestGap / (every * MINUTE);
  const most = registry === UNDOCUMENTED ? 3.05 : 1.05;
  const refusedShare = refused / requests;
  return {
    what: `${tags / 1_000}k tags of ${registry.replace(/^\d+\.dkr\./, '')}`,
    found: `${(refusedShare * 100).toFixed(2)} % refused, gap ${gap.toFixed(2)} ×, busiest minute ${Math.round(busiest * 100)} %, ${starved} starved`,
    goal: registry === UNDOCUMENTED ? '≤ 1 %, ≤ 3 ×, 0' : '0 %, 1 ×, ≤ 100 %, 0',
    met: refusedShare <= (registry === UNDOCUMENTED ? 0.01 : 0) && gap <= most && starved === 0,
    how: `simulated clock, real dispatch and pace: every ${every} min, a registry that takes ${takes} requests a second; gap: longest between two checks, of the interval`,
  };
}
