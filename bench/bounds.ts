/**
 * What one hostile image costs: its verdict again and again, after good ones have warmed everything
 * up. Arguments: trusted root, whose signature counts, the good image, the hostile one.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createSystemClock } from '../lambda/adapters/runtime/clock.ts';
import { createVerifier, openRegistry } from '../lambda/composition.ts';
import { digestOf } from '../lambda/domain/digest.ts';
import { policyHashOf } from '../lambda/domain/policy-hash.ts';
import { parseReference } from '../lambda/domain/reference.ts';
import type { Verification } from '../lambda/domain/verdict.ts';
import { onDemand, typical } from './child.ts';
import { keylessPolicy } from './policy.ts';

export interface Cost {
  readonly said: string;
  /** Of this process, all its threads, in milliseconds. */
  readonly cpu: number;
  /** The same of a good image before them: what the machine makes of it just now. */
  readonly ofGood: number;
  /** By how much its memory grew at the worst, in MiB; undefined where the system does not tell. */
  readonly memory?: number;
}

const WARM_UP = 40;
const [rootFile = '', identity = '', good = '', hostile = ''] = process.argv.slice(2);
const root = readFileSync(rootFile);
const clock = createSystemClock();
const policy = { ...keylessPolicy(digestOf(root), identity), mode: 'signature' as const };
const hash = policyHashOf(policy);
const { registry, close } = await openRegistry({ clock, settings: [] });
const given = new Map([[policy.trustRoot, root]]);
const verifier = await createVerifier(registry, clock, { given });

const ofGood: number[] = [];
for (let round = 0; round < WARM_UP; round += 1) {
  const cpu = await cpuOf(async () => {
    const { verdict, detail } = await verify(good);
    if (verdict !== 'verified') throw new Error(`the good image is ${verdict}: ${detail}`);
  });
  ofGood.push(cpu);
}
await onDemand(costOf);
await close();

function verify(image: string): Promise<Verification> {
  const reference = parseReference(image);
  return verifier.verify(reference, reference.digest ?? digestOf(root), policy, hash);
}

async function costOf(): Promise<Cost> {
  const before = forgetPeak();
  let said = '';
  const cpu = await cpuOf(async () => {
    const { verdict, reason } = await verify(hostile);
    said = [verdict, reason].join(' ');
  });
  const peak = memoryOf('VmHWM');
  return {
    ...{ said, cpu, ofGood: typical(ofGood) },
    ...(before !== undefined && peak !== undefined && { memory: peak - before }),
  };
}

/** In milliseconds. */
async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const started = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1000;
}

/** Resets the peak to what is in memory now (Linux, proc_pid_clear_refs(5)). */
function forgetPeak(): number | undefined {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    return undefined;
  }
  return memoryOf('VmRSS');
}

/** In MiB. */
function memoryOf(field: 'VmHWM' | 'VmRSS'): number | undefined {
  try {
    const status = readFileSync('/proc/self/status', 'utf8');
    const [, kib] = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status) ?? [];
    return kib === undefined ? undefined : Number(kib) / 1024;
  } catch {
    return undefined;
  }
}
