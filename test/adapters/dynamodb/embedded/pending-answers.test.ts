import { describe, expect, it } from '@jest/globals';
import { PendingAnswers } from '../../../../lambda/adapters/dynamodb/embedded/pending-answers.ts';

const ANSWER = { status: 200, body: new Uint8Array() };
const LONG = { timeout: 60_000 };

describe('answers that are waited for', () => {
  it('come to the request that they belong to, in any order', async () => {
    const pending = new PendingAnswers();
    const [first, second] = [pending.open(LONG), pending.open(LONG)];
    pending.settle(second.id, { ...ANSWER, status: 2 });
    pending.settle(first.id, { ...ANSWER, status: 1 });
    expect(await first.answer).toMatchObject({ status: 1 });
    expect(await second.answer).toMatchObject({ status: 2 });
    expect(pending.size).toBe(0);
  });

  it('are given up after their time, by the name that the SDK tries again for', async () => {
    const pending = new PendingAnswers();
    await expect(pending.open({ timeout: 5 }).answer).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    expect(pending.size).toBe(0);
  });

  it.each(['before', 'after'])('are given up when aborted %s it was asked', async (when) => {
    const pending = new PendingAnswers();
    const controller = new AbortController();
    if (when === 'before') controller.abort();
    const { id, answer } = pending.open({ ...LONG, signal: controller.signal });
    if (when === 'after') controller.abort();
    await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
    pending.settle(id, ANSWER);
    expect(pending.size).toBe(0);
  });

  it('all fail when nobody is there to answer any more', async () => {
    const pending = new PendingAnswers();
    const answers = [pending.open(LONG), pending.open(LONG)].map(({ answer }) => answer);
    pending.failAll(new Error('gone'));
    for (const answer of answers) await expect(answer).rejects.toThrow('gone');
    expect(pending.size).toBe(0);
  });
});
