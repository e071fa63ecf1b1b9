import { describe, expect, it } from '@jest/globals';
import { rememberRoots } from '../../../lambda/adapters/sigstore/index.ts';
import { MINUTE } from '../../../lambda/domain/time.ts';

const AT = '2026-03-19T03:00:00.000Z';

function remembering(read: () => Promise<Uint8Array | undefined>) {
  const time = { now: Date.parse(AT), asked: 0 };
  const roots = rememberRoots(
    {
      read: () => {
        time.asked += 1;
        return read();
      },
      refreshedAt: async () => AT,
    },
    () => new Date(time.now),
  );
  return { roots, time };
}

describe('the roots of a store', () => {
  it('are asked for once a minute, with their age', async () => {
    const { roots, time } = remembering(async () => Buffer.from('one'));
    expect(await roots.read('a')).toEqual(Buffer.from('one'));
    expect(await roots.refreshedAt('a')).toBe(AT);
    time.now += MINUTE - 1;
    await roots.read('a');
    expect(time.asked).toBe(1);
    time.now += 1;
    await roots.read('a');
    expect(time.asked).toBe(2);
    await roots.read('b');
    expect(time.asked).toBe(3);
  });

  it('are asked for again when the clock was set back', async () => {
    const { roots, time } = remembering(async () => Buffer.from('one'));
    await roots.read('a');
    time.now -= 1;
    await roots.read('a');
    expect(time.asked).toBe(2);
  });

  it('are asked for again when there was none, or the store failed', async () => {
    const answers = [
      async () => undefined,
      () => Promise.reject(new Error('throttled')),
      async () => Buffer.from('one'),
    ];
    const { roots } = remembering(() => (answers.shift() ?? (() => Promise.resolve(undefined)))());
    expect(await roots.read('a')).toBeUndefined();
    await expect(roots.read('a')).rejects.toThrow('throttled');
    expect(await roots.read('a')).toEqual(Buffer.from('one'));
  });
});
