import { describe, expect, it } from '@jest/globals';
import {
  createAcceleratedClock,
  createSystemClock,
} from '../../../lambda/adapters/runtime/clock.ts';
import { between, HOUR, MINUTE } from '../../../lambda/domain/time.ts';

describe('when a clock is accelerated', () => {
  it('starts where it is told, and an hour passes in the time of its factor', async () => {
    const start = '2026-01-01T00:00:00.000Z';
    const clock = createAcceleratedClock({ factor: 360_000, start });
    expect(between(start, clock.now())).toBeLessThan(HOUR);
    await clock.sleep(HOUR);
    expect(between(start, clock.now())).toBeGreaterThanOrEqual(HOUR);
  });
});

describe('when a sleep is aborted', () => {
  it.each([
    ['the system clock', createSystemClock()],
    [
      'an accelerated clock',
      createAcceleratedClock({ factor: 2, start: '2026-01-01T00:00:00.000Z' }),
    ],
  ])('rejects with the reason on %s', async (_, clock) => {
    const controller = new AbortController();
    const sleep = clock.sleep(MINUTE, controller.signal);
    controller.abort(new Error('stop'));
    await expect(sleep).rejects.toThrow('stop');
    await expect(clock.sleep(0, controller.signal)).rejects.toThrow('stop');
  });
});

describe('when a sleep is longer than a timer can be', () => {
  it('does not end at once', async () => {
    const controller = new AbortController();
    const sleep = createSystemClock().sleep(1000 * 24 * HOUR, controller.signal);
    const first = await Promise.race([sleep.then(() => 'woke'), createSystemClock().sleep(5)]);
    expect(first).toBeUndefined();
    controller.abort(new Error('enough'));
    await expect(sleep).rejects.toThrow('enough');
  });
});
