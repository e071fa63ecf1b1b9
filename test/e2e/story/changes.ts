import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { ListTopicsCommand } from '@aws-sdk/client-sns';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { expect, it } from '@jest/globals';
import { HOST } from '../hosts.ts';
import { type Alert, isNow } from '../inbox.ts';
import { type Scene, STACK } from '../scene.ts';
import { WATCH, writeWatchlist } from '../watchlist.ts';

interface Status {
  readonly tag: string;
  readonly digest: string | null;
  readonly since: string | null;
}

const db = `${HOST}/base/db:15`;
const jobs = `${HOST}/shop/jobs:v1`;
const base = `${HOST}/base/os:latest`;
const FEWER = [WATCH.api, WATCH.web, WATCH.base, WATCH.tools];
const CHANGED = [...FEWER, 'HOST/base/db:15'];

/** What a deployment changes, and what is left of it. */
export function changes(scene: () => Scene): void {
  const tags = async () => (await scene().stack.ask<Status[]>('status')).map(({ tag }) => tag);
  const historyOf = (tag: string) => scene().stack.ask<Alert[]>('history', tag);

  it('watches what a second deployment adds, and no longer what it removes', async () => {
    const { shop } = scene();
    const before = await historyOf(jobs);
    const [kept, digest] = [await tags(), await shop.release('base/db:15')];
    await scene().deploy(CHANGED);
    const { settings, stack } = scene();
    expect(await tags()).toEqual([db, ...kept.filter((tag) => tag !== jobs)].toSorted());
    expect(await historyOf(jobs)).toEqual(before);
    await stack.must('diff', '-f', settings.watchlist ?? '', '--exit-code');
    await stack.must('scan', db);
    expect(await historyOf(db)).toMatchObject([{ data: { now: { digest } } }]);
  });

  it('changes nothing when the same is deployed again', async () => {
    expect(await scene().deploy(CHANGED)).toContain('(no changes)');
  });

  it('does not begin a deployment of a watch list that is wrong', async () => {
    const { stage } = scene();
    const wrong = await writeWatchlist(stage, [...CHANGED, WATCH.base]);
    const { exit, stderr } = await stage.cdk.tryDeploy(STACK, wrong);
    expect([exit, stderr]).toEqual([
      1,
      expect.stringMatching(/watch\[5\]: found .*os:latest again/),
    ]);
  });

  it('rolls back a deployment that would end the watching of many', async () => {
    const { stage } = scene();
    const before = await tags();
    const few = await writeWatchlist(stage, [WATCH.api]);
    const { exit, stdout, stderr } = await stage.cdk.tryDeploy(STACK, few);
    expect([exit, stdout + stderr]).toEqual([1, expect.stringContaining('allowRemovals')]);
    expect(await tags()).toEqual(before);
  });

  it('leaves nothing but the table when it is destroyed', async () => {
    const { stack, stage } = scene();
    const { functions, queues, tables, topics } = stage.cloud;
    const retained = stack.output('retained');
    await stage.cdk.destroy(STACK, await writeWatchlist(stage, CHANGED));
    await expect(stage.cloud.outputs(STACK)).rejects.toThrow('does not exist');
    expect((await functions.send(new ListFunctionsCommand())).Functions).toEqual([]);
    expect((await topics.send(new ListTopicsCommand())).Topics).toEqual([]);
    const { QueueUrls = [] } = await queues.send(new ListQueuesCommand());
    expect(QueueUrls.filter((url) => url.includes(STACK))).toEqual([]);
    const { Table } = await tables.send(
      new DescribeTableCommand({ TableName: stack.output('table') }),
    );
    expect(Table?.TableArn).toBe(retained);
  });

  it('goes on with its history in a new stack', async () => {
    const { shop, stack } = scene();
    await scene().deploy(CHANGED, { table: stack.output('tableStream') });
    const again = await scene().stack.inbox('again');
    const before = await historyOf(base);
    const digest = await shop.release('base/os:latest');
    await scene().stack.must('scan', base);
    expect(await again.wait('the move', isNow('base/os:latest', digest))).toMatchObject({
      data: { seq: before.length + 1, was: before[0]?.data.now },
    });
  });
}
