import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { announceTime, clockOf, createPlaygroundClock } from '../../../bin/playground/clock.ts';
import type { Clock } from '../../../lambda/application/ports.ts';
import {
  type Duration,
  HOUR,
  MINUTE,
  millisecondsOf,
  SECOND,
  timestampOf,
} from '../../../lambda/domain/time.ts';

const START = Date.parse('2026-03-12T12:00:00Z');
const TIME = { startedAt: START, behind: 59 * SECOND, factor: 60 };

/** A system clock that passes only where somebody sleeps. */
function startSystemClock(): Clock & { passed: Duration } {
  const clock = {
    passed: 0,
    now: () => timestampOf(START + clock.passed),
    sleep: async (duration: Duration) => {
      clock.passed += duration;
    },
  };
  return clock;
}

describe('the clock of the playground', () => {
  it.each([
    [0, -59 * SECOND],
    [500, -29 * SECOND],
    [SECOND, SECOND],
    [MINUTE, MINUTE],
  ])('after %i ms shows %i ms past the start, and never the future', async (passed, shown) => {
    const system = startSystemClock();
    const clock = createPlaygroundClock(TIME, system);
    await system.sleep(passed);
    expect(clock.now()).toBe(timestampOf(START + shown));
  });

  it.each([
    [30 * SECOND, 500],
    [60 * SECOND, 1_000],
    [70 * SECOND, 11_000],
  ])('sleeps %i ms of its own in %i ms', async (duration, real) => {
    const system = startSystemClock();
    const clock = createPlaygroundClock(TIME, system);
    await clock.sleep(duration);
    expect(system.passed).toBe(real);
    expect(clock.now()).toBe(timestampOf(START - TIME.behind + duration));
  });
});

describe('clockOf', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tagwarden-clock-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Milliseconds that the clock of the folder is behind the system's, roughly. */
  const behind = () => Date.now() - millisecondsOf(clockOf(folder).now());

  it('means the same time in every process', () => {
    announceTime(folder, { startedAt: Date.now(), behind: HOUR, factor: 2 });
    expect(behind()).toBeGreaterThan(HOUR - MINUTE);
    expect(behind()).toBeLessThanOrEqual(HOUR);
  });

  it.each(['', '{}', '{"startedAt":0,"behind":3600000,"factor":0}', 'null'])(
    'is the system clock where %j was announced',
    (text) => {
      writeFileSync(join(folder, 'clock.json'), text);
      expect(behind()).toBeLessThan(MINUTE);
    },
  );

  it('is the system clock where nothing was announced', () => {
    expect(behind()).toBeLessThan(MINUTE);
  });
});
