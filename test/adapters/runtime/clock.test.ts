import { describe, expect, it } from '@jest/globals';
import { createSystemClock } from '../../../lambda/adapters/runtime/clock.ts';
import { HOUR, MINUTE } from '../../../lambda/domain/time.ts';

describe('when a sleep is aborted', () => {
  it('rejects with the reason', async () => {
    const clock = createSystemClock();
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
