import { beforeAll, expect, it } from '@jest/globals';
import { HOST } from '../hosts.ts';
import { type Alert, isNow, kindOf } from '../inbox.ts';
import { type CaughtJob, Jobs } from '../jobs.ts';
import type { Scene } from '../scene.ts';
import { until } from '../until.ts';

const base = `${HOST}/base/os:latest`;
const PATIENCE = { within: 150_000 };

/** What goes wrong around the functions: nothing is lost by it, and nobody is told twice of what happened once. */
export function trouble(scene: () => Scene): void {
  let jobs: Jobs;
  let check: CaughtJob;
  let tested: Promise<unknown>;
  const historyOfBase = () => scene().stack.ask<Alert[]>('history', base);
  const digestsOf = (history: readonly Alert[]) =>
    history.map(({ data }) => (data.now as { readonly digest: string }).digest);

  beforeAll(async () => {
    const { stack, stage } = scene();
    const [queue, deadLetters] = [stack.output('queue'), stack.output('deadLetters')];
    jobs = new Jobs(stage.cloud, stack.functionOf('Scanner'), queue, deadLetters);
    await jobs.comeAgainAfter(5);
  });

  it('has another function end the job in which one was killed', async () => {
    const { all, shop, stack, stage } = scene();
    const before = digestsOf(await historyOfBase());
    const digest = await shop.release('base/os:latest');
    const arrived = stage.gate.shut();
    const scanned = stack.run('scan', base);
    await arrived;
    for (const pid of await stage.emulator.processesOf(stack.functionOf('Scanner'))) {
      process.kill(pid, 'SIGKILL');
    }
    stage.gate.open();
    await all.wait('the move', isNow('base/os:latest', digest), PATIENCE);
    expect(digestsOf(await historyOfBase())).toEqual([digest, ...before]);
    await scanned;
  });

  it('makes one event of a job that the queue delivers twice', async () => {
    const { all, shop, stack } = scene();
    const before = digestsOf(await historyOfBase());
    await jobs.enable(false);
    const digest = await shop.release('base/os:latest');
    const scanned = stack.run('scan', base);
    check = await jobs.catch(({ kind }) => kind === 'check');
    tested = stack.run('test-alert', '--severity', 'low');
    await jobs.send(await jobs.catch(({ kind }) => kind === 'test-alert'), 'deadLetters');
    await jobs.send(check);
    await jobs.send(check);
    await jobs.enable(true);
    await all.wait('the move', isNow('base/os:latest', digest), PATIENCE);
    expect(digestsOf(await historyOfBase())).toEqual([digest, ...before]);
    await scanned;
  });

  it('puts aside what is no job, and works those behind it', async () => {
    const { all, shop, stack } = scene();
    await jobs.send({ body: '{"v":1,"kind":"publish"}', group: check.group });
    const digest = await shop.release('base/os:latest');
    await all.wait('the move', isNow('base/os:latest', digest), PATIENCE);
    await until('two dead letters', PATIENCE, async () => {
      const { exit, stdout } = await stack.run('health');
      return exit === 1 && /dead letters\s+not ok\s+2 in/.test(stdout);
    });
  });

  it('works dead letters when they are sent again', async () => {
    const { all } = scene();
    const isTest = (alert: Alert) =>
      kindOf(alert) === 'alert.test' && alert.data.severity === 'low';
    expect((await all.alerts()).filter(isTest)).toEqual([]);
    expect(await jobs.redrive()).toHaveLength(2);
    await all.wait('the test', isTest);
    expect(await tested).toMatchObject({ exit: 0 });
  });
}
