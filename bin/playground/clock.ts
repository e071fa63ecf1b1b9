import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSystemClock } from '../../lambda/adapters/runtime/clock.ts';
import type { Clock } from '../../lambda/application/ports.ts';
import { type Duration, millisecondsOf, timestampOf } from '../../lambda/domain/time.ts';

/** A clock that began in the past and runs faster until it has caught up; from then on it is the system's. */
export interface PlaygroundTime {
  /** Milliseconds since the epoch, of the system's clock. */
  readonly startedAt: number;
  /** How far back it began. */
  readonly behind: Duration;
  /** How many times faster it runs. */
  readonly factor: number;
}

/** Never ahead of the system's clock: what it dates is never in the future of whoever reads it. */
export function createPlaygroundClock(
  { startedAt, behind, factor }: PlaygroundTime,
  system = createSystemClock(),
): Clock {
  const began = startedAt - behind;
  const current = () => {
    const real = millisecondsOf(system.now());
    return Math.min(real, began + (real - startedAt) * factor);
  };
  /** When it shows a time, on the system's clock: the inverse of `current`. */
  const realTimeOf = (time: number) => Math.max(time, startedAt + (time - began) / factor);
  return {
    now: () => timestampOf(current()),
    sleep: (duration, signal) =>
      system.sleep(realTimeOf(current() + duration) - millisecondsOf(system.now()), signal),
  };
}

const FILE = 'clock.json';

/** So that commands in another terminal mean the same "now". */
export function announceTime(folder: string, time: PlaygroundTime): void {
  writeFileSync(join(folder, FILE), `${JSON.stringify(time)}\n`, { mode: 0o600 });
}

/** The clock that goes with a store: the playground's own where one was announced, else the system's. */
export function clockOf(folder: string): Clock {
  try {
    const { startedAt, behind, factor } = JSON.parse(readFileSync(join(folder, FILE), 'utf8'));
    const numbers = [startedAt, behind, factor].every(Number.isFinite);
    return numbers && factor >= 1
      ? createPlaygroundClock({ startedAt, behind, factor })
      : createSystemClock();
  } catch {
    return createSystemClock();
  }
}
