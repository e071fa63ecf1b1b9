import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { findPeers } from '../test/interop/peers.ts';
import { Child, typical } from './child.ts';
import type { Figure } from './figure.ts';
import { serveSignedImage, timeOf } from './image.ts';

const PROGRAM = join(import.meta.dirname, '../bin/tagwarden.ts');
const ROUNDS = 60;
/** A process is as cold the tenth time as the first. */
const ROUNDS_OF_COMMAND = 10;

/** How long the verdict on one keyless image takes, in milliseconds. */
export async function verifyFigures(progress: (text: string) => void): Promise<Figure[]> {
  const { argv, close } = await serveSignedImage();
  const warm = new Child('verify.ts', ...argv);
  const cosign = findPeers()?.cosign;
  const [ours, theirs, command]: [number[], number[], number[]] = [[], [], []];
  try {
    progress(`verifying a keyless image, ${ROUNDS} times …`);
    for (let round = 0; round < ROUNDS; round += 1) {
      ours.push(await warm.round<number>());
      if (cosign !== undefined) theirs.push(await timeOf(() => exitOf(cosign, argv)));
    }
    for (let round = 0; round < ROUNDS_OF_COMMAND; round += 1) {
      command.push(await timeOf(() => exitOf(process.execPath, [PROGRAM, ...argv])));
    }
  } finally {
    await warm.stop();
    await close();
  }
  const [inProcess, asCommand] = [typical(ours), typical(command)];
  const beside = cosign === undefined ? undefined : typical(theirs);
  return [speed(inProcess, beside), commandTime(asCommand, beside)];
}

function exitOf(program: string, argv: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    execFile(program, argv, (error) => resolve(error === null ? 0 : Number(error.code ?? -1)));
  });
}

function speed(ours: number, theirs: number | undefined): Figure {
  const what = 'verify in the process, against cosign';
  const goal = 'at least 3 ×';
  const how =
    'the whole command on a keyless image, registry on loopback, warm; cosign as a process';
  const time = `${ours.toFixed(1)} ms`;
  if (theirs === undefined) {
    return { what, goal, found: time, how: 'no cosign to compare with: npm run test:interop' };
  }
  const found = `${(theirs / ours).toFixed(1)} × (${time}, cosign ${theirs.toFixed(1)} ms)`;
  return { what, goal, found, met: theirs / ours >= 3, how };
}

function commandTime(ours: number, theirs: number | undefined): Figure {
  const beside = theirs === undefined ? '' : ` (cosign ${theirs.toFixed(1)} ms)`;
  const how = 'the same, each a process of its own';
  return { what: 'verify as a process', found: `${ours.toFixed(1)} ms${beside}`, goal: '–', how };
}
