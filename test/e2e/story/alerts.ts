import { expect, it } from '@jest/globals';
import { HOST } from '../hosts.ts';
import { type Alert, isAbout, isNow, kindOf } from '../inbox.ts';
import type { Scene } from '../scene.ts';

interface Status {
  readonly tag: string;
  readonly verdicts: readonly { readonly verdict: string }[];
}

const api = `${HOST}/shop/api:1.4`;
const web = `${HOST}/shop/web:stable`;
const tools = `${HOST}/base/tools:2`;

/** What happens to tags, and who is told. */
export function alerts(scene: () => Scene): void {
  it('is woken by its schedule, and takes the baseline', async () => {
    const { all, stack } = scene();
    const isBaseline = (alert: Alert) => kindOf(alert) === 'baseline.taken';
    const baseline = await all.wait('the baseline', isBaseline, { within: 150_000 });
    expect(baseline.data.data).toMatchObject({ counts: { resolved: 5, inconclusive: 0 } });
    const status = await stack.ask<Status[]>('status');
    expect(status.map(({ tag, verdicts }) => [tag, verdicts[0]?.verdict])).toEqual([
      [`${HOST}/base/os:latest`, 'not-required'],
      [tools, 'not-required'],
      [api, 'verified'],
      [`${HOST}/shop/jobs:v1`, 'not-required'],
      [web, 'verified'],
    ]);
  });

  it('tells a move that the right identity signed as a low one', async () => {
    const { all, shop, stack } = scene();
    const digest = await shop.release('shop/api:1.4', 'release');
    await stack.must('scan', api);
    const alert = await all.wait('the move', isNow('shop/api:1.4', digest));
    expect([kindOf(alert), alert.data.severity]).toEqual(['tag.moved', 'low']);
    expect(alert.data.now).toMatchObject({ verdict: 'verified' });
    expect(alert).toMatchObject({ specversion: '1.0', datacontenttype: 'application/json' });
  });

  it('tells a move that another identity signed as a high one', async () => {
    const { shop, stack, urgent } = scene();
    const digest = await shop.release('shop/api:1.4', 'evil');
    expect(await stack.run('scan', api, '--exit-code')).toMatchObject({ exit: 1 });
    const alert = await urgent.wait('the alarm', isNow('shop/api:1.4', digest));
    expect([kindOf(alert), alert.data.severity]).toEqual(['tag.moved', 'high']);
    expect(alert.data.now).toMatchObject({ verdict: 'rejected', reason: 'other-signer' });
  });

  it('tells that nobody signed what a key shall sign', async () => {
    const { all, shop, stack } = scene();
    const digest = await shop.release('shop/web:stable');
    await stack.must('scan', web);
    const alert = await all.wait('the move', isNow('shop/web:stable', digest));
    expect(alert.data.now).toMatchObject({ verdict: 'unsigned' });
  });

  it('tells that an immutable tag moved', async () => {
    const { all, shop, stack } = scene();
    const digest = await shop.release('base/tools:2');
    await stack.must('scan', tools);
    const alert = await all.wait('the move', isNow('base/tools:2', digest));
    expect([kindOf(alert), alert.data.severity]).toEqual(['tag.immutable-violated', 'critical']);
  });

  it('lets through to a subscriber exactly what the filter admits', async () => {
    const admitted = (await scene().all.alerts()).filter(isUrgent);
    expect(await scene().urgent.alerts()).toEqual(admitted);
    expect(admitted).toHaveLength(1);
  });

  it('tells the same story by alerts, command line and API', async () => {
    const { all, stack } = scene();
    const told = await stack.ask<Alert[]>('history', api);
    expect(told.map(kindOf)).toEqual(['tag.moved', 'tag.moved', 'tag.first-seen']);
    const alerted = (await all.alerts()).filter(isAbout('shop/api:1.4'));
    expect(told.filter(({ data }) => data.alert).toReversed()).toEqual(alerted);
    expect(await stack.get(`/history?ref=${encodeURIComponent(api)}`)).toEqual(told);
    const status = await stack.get<Status[]>('/status');
    expect(status.toSorted((a, b) => (a.tag < b.tag ? -1 : 1))).toEqual(await stack.ask('status'));
    const { digest } = (told[0] as Alert).data.now as { digest: string };
    expect(await stack.get(`/where?digest=${digest}`)).toEqual(await stack.ask('where', digest));
  });

  it('answers nobody who does not sign the request', async () => {
    const { stack, stage } = scene();
    const { status, body } = await stage.cloud.get(stack.url('/status'), 'unsigned');
    expect([status, body]).toEqual([403, expect.not.stringContaining('shop')]);
  });

  it('proves by a test alert that alerts arrive', async () => {
    const { all, stack, urgent } = scene();
    const said = await stack.must('test-alert', '--severity', 'high', '--label', 'team=shop');
    expect(said).toContain('alert.test');
    for (const inbox of [all, urgent]) {
      const alert = await inbox.wait('the test', (each) => kindOf(each) === 'alert.test');
      expect(alert.data.severity).toBe('high');
    }
  });

  it('says that it is well', async () => {
    const { exit, stdout } = await scene().stack.run('health');
    expect([exit, stdout]).toEqual([0, expect.not.stringContaining('not ok')]);
  });
}

function isUrgent({ data }: Alert): boolean {
  const { severity, watches } = data as {
    readonly severity: string;
    readonly watches: readonly { readonly labels: readonly string[] }[];
  };
  const isShop = watches.some(({ labels }) => labels.includes('team=shop'));
  return isShop && ['high', 'critical'].includes(severity);
}
