import { execFile } from 'node:child_process';
import { findPeers } from '../test/interop/peers.ts';
import { Child, typical } from './child.ts';
import { coldTimes } from './cold.ts';
import type { Figure } from './figure.ts';
import { type SignedImage, serveSignedImage, timeOf } from './image.ts';

const ROUNDS = 120;
/** A process is as cold the tenth time as the first. */
const COLD_ROUNDS = 12;

/** What one keyless verdict costs beside the library and the requests that it is made of. */
export async function verdictFigures(progress: (text: string) => void): Promise<Figure[]> {
  const image = await serveSignedImage();
  try {
    progress(`reaching a keyless verdict, ${ROUNDS} times …`);
    const warm = await warmTimes(image);
    progress(`reaching it in a new process, ${COLD_ROUNDS} times …`);
    const { bare, floor, ours } = await coldTimes(image, COLD_ROUNDS);
    return [
      besideFloor(typical(warm.ours), typical(warm.floor)),
      besideCosign(typical(warm.ours), warm.cosign && typical(warm.cosign)),
      besideBareNode(typical(ours), typical(bare)),
      besideLibraries(typical(ours), typical(floor), typical(bare)),
    ];
  } finally {
    await image.close();
  }
}

interface WarmTimes {
  readonly ours: readonly number[];
  readonly floor: readonly number[];
  readonly cosign?: readonly number[];
}

/** In turns, so that whatever else the machine does meets all of them. */
async function warmTimes({ root, reference, argv }: SignedImage): Promise<WarmTimes> {
  const [us, bare] = [
    new Child('verdict.ts', root, reference),
    new Child('verdict-floor.ts', root, reference),
  ];
  const program = findPeers()?.cosign;
  const [ours, floor, cosign]: [number[], number[], number[]] = [[], [], []];
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      ours.push(await us.round<number>());
      floor.push(await bare.round<number>());
      if (program !== undefined && round % 4 === 0) {
        cosign.push(await timeOf(() => exitOf(program, argv)));
      }
    }
  } finally {
    await Promise.all([us.stop(), bare.stop()]);
  }
  return { ours, floor, ...(cosign.length > 0 && { cosign }) };
}

function besideFloor(ours: number, floor: number): Figure {
  return {
    what: 'keyless verdict, against its floor',
    found: `${(ours / floor).toFixed(2)} × (${ours.toFixed(1)} ms, floor ${floor.toFixed(1)} ms)`,
    goal: 'at most 1.5 ×',
    met: ours / floor <= 1.5,
    how: 'tag to verdict, warm, registry on loopback; the floor is the same requests bare, and @sigstore/verify on the bundle',
  };
}

function besideCosign(ours: number, cosign: number | undefined): Figure {
  const what = 'keyless verdict, against cosign';
  const goal = 'at least 4 ×';
  const how = 'the same verdict in the process; cosign verify as a process';
  if (cosign === undefined) {
    return { what, goal, found: `${ours.toFixed(1)} ms`, how: 'no cosign: npm run test:interop' };
  }
  const times = `(${ours.toFixed(1)} ms, cosign ${cosign.toFixed(1)} ms)`;
  const found = `${(cosign / ours).toFixed(1)} × ${times}`;
  return { what, goal, found, met: cosign / ours >= 4, how };
}

function besideBareNode(ours: number, bare: number): Figure {
  return {
    what: 'first verdict of the scan function, cold',
    found: `${(ours / bare).toFixed(2)} × (${ours.toFixed(0)} ms, bare Node ${bare.toFixed(0)} ms)`,
    goal: 'at most 2.5 ×',
    met: ours / bare <= 2.5,
    how: 'the function bundled as it is deployed: import, trusted root, first keyless verdict; bare: Node with an empty script',
  };
}

function besideLibraries(ours: number, floor: number, bare: number): Figure {
  return {
    what: 'the same, against its libraries alone',
    found: `${(ours / floor).toFixed(2)} × (they alone: ${(floor / bare).toFixed(2)} × a bare Node)`,
    goal: '–',
    how: 'a bundle that makes a client of DynamoDB, asks bare, and has @sigstore/verify decide',
  };
}

function exitOf(program: string, argv: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    execFile(program, argv, (error) => resolve(error === null ? 0 : Number(error.code ?? -1)));
  });
}
