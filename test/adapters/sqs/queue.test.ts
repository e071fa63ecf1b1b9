import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { comeAgain, createSqsQueue, QueueError } from '../../../lambda/adapters/sqs/index.ts';
import { type Job, type JobMessage, JobsRefused } from '../../../lambda/application/ports.ts';
import { SqsDouble } from '../../support/sqs/index.ts';
import { AT, aUnit } from '../../support/store/examples.ts';

let sqs: SqsDouble;
const pauses: number[] = [];

beforeAll(async () => {
  sqs = await SqsDouble.start();
});
beforeEach(() => {
  sqs.clear();
  pauses.length = 0;
});
afterAll(() => sqs.close());

const queue = () =>
  createSqsQueue({
    ...{ client: sqs.client, queueUrl: sqs.queueUrl, random: () => 1 },
    sleep: async (milliseconds) => pauses.push(milliseconds),
  });

function aMessage(n: number, changes: Partial<JobMessage> = {}): JobMessage {
  const unit = aUnit();
  const id = `${unit.lane}/7/${n}`;
  const body: Job = { v: 1, kind: 'check', id, tick: AT, sentAt: AT, offset: 0, unit, round: 7 };
  return { group: unit.lane, deduplicationId: id, body, ...changes };
}

const messages = (count: number) => Array.from({ length: count }, (_, n) => aMessage(n));
const large = (n: number, characters: number) =>
  aMessage(n, { body: { ...aMessage(n).body, padding: 'x'.repeat(characters) } as object as Job });
const idsOf = () => sqs.messages.map(({ deduplicationId }) => deduplicationId.split('/').at(-1));

describe('when jobs are sent', () => {
  it('sends ten at a time, in order, in the group of their lane', async () => {
    await queue().send(messages(23));
    expect(sqs.batches).toEqual([10, 10, 3]);
    expect(idsOf()).toEqual(messages(23).map((_, n) => String(n)));
    expect(new Set(sqs.messages.map(({ group }) => group))).toEqual(new Set(['ghcr.io']));
    expect(sqs.bodiesOf('ghcr.io')[0]).toEqual(aMessage(0).body);
  });

  it('sends nothing for nothing', async () => {
    await queue().send([]);
    expect(sqs.batches).toEqual([]);
  });

  it('is deaf to the same job again', async () => {
    await queue().send(messages(2));
    await queue().send(messages(3));
    expect(idsOf()).toEqual(['0', '1', '2']);
  });

  it('puts no more into one request than it may hold', async () => {
    await queue().send([large(0, 100_000), large(1, 100_000), large(2, 100_000), aMessage(3)]);
    expect(sqs.batches).toEqual([2, 2]);
    expect(sqs.messages).toHaveLength(4);
  });

  it('shortens what is longer than an identifier of SQS, and keeps different ones apart', async () => {
    const host = `${'registry.'.repeat(20)}example:5000`;
    const long = (n: number) => aMessage(n, { group: host, deduplicationId: `${host}/${n}` });
    await queue().send([long(0), long(1)]);
    expect(sqs.messages).toHaveLength(2);
    expect(new Set(sqs.messages.map(({ group }) => group)).size).toBe(1);
    expect(sqs.messages[0]?.deduplicationId).toMatch(/^[0-9a-f]{64}$/);
  });

  it('escapes the characters that SQS does not take', async () => {
    const odd = 'tab\t nul\0 \ufffe\uffff é \ud800';
    const body = { ...aMessage(0).body, note: odd } as object as Job;
    await queue().send([aMessage(0, { body })]);
    expect(sqs.bodiesOf('ghcr.io')).toEqual([{ ...aMessage(0).body, note: odd }]);
  });
});

describe('when the queue takes only some of them', () => {
  it('sends the others again until they are taken', async () => {
    let refusals = 2;
    sqs.refuse = ({ Id }) =>
      Id === '1' && refusals-- > 0
        ? { SenderFault: false, Code: 'InternalError', Message: 'try again' }
        : undefined;
    await queue().send(messages(3));
    expect(sqs.batches).toEqual([3, 1, 1]);
    expect(idsOf().toSorted()).toEqual(['0', '1', '2']);
    expect(pauses).toEqual([200, 400]);
  });

  it('throws when they are never taken, and sends nothing of what is behind them', async () => {
    sqs.refuse = ({ Id }) =>
      Id === '3' ? { SenderFault: false, Code: 'InternalError', Message: 'no' } : undefined;
    const sent = queue().send(messages(12));
    await expect(sent).rejects.toThrow(QueueError);
    await expect(sent).rejects.toThrow('1 of 10 jobs were not taken again and again');
    expect(sqs.batches).toEqual([10, 1, 1, 1, 1]);
  });

  it('says which it refused for good, when all others are taken', async () => {
    sqs.refuse = ({ Id }) =>
      Id === '0' ? { SenderFault: true, Code: 'Invalid', Message: 'never' } : undefined;
    const sent = queue().send(messages(12));
    await expect(sent).rejects.toThrow(JobsRefused);
    await expect(sent).rejects.toThrow('job 0 of the batch: Invalid never');
    expect(sqs.messages).toHaveLength(11);
  });

  it('refuses a job that no message can hold, by name and size, and sends the others', async () => {
    const sent = queue().send([large(0, 262_144), aMessage(1)]);
    await expect(sent).rejects.toThrow(JobsRefused);
    await expect(sent).rejects.toThrow(
      /^job ghcr\.io\/7\/0 has \d+ bytes, expected at most 262144$/,
    );
    expect(idsOf()).toEqual(['1']);
  });
});

describe('when the queue cannot be used', () => {
  it('says so, and that it may be tried again', async () => {
    sqs.down = 1;
    const thrown = await queue()
      .send(messages(1))
      .catch((error: unknown) => error);
    expect(thrown).toMatchObject({ name: 'QueueError', temporary: true });
  });
});

describe('when a message could not be worked', () => {
  it('comes again after seconds, later the second time, and after its last receive at once', async () => {
    for (const receives of [1, 2, 3, 9]) {
      await comeAgain(sqs, { receiptHandle: `handle-${receives}`, receives });
    }
    expect([...sqs.hidden.values()]).toEqual([5, 15, 0, 0]);
  });
});
