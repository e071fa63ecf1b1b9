import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { updateLane } from '../../../lambda/application/lanes.ts';
import type { Lane } from '../../../lambda/application/ports.ts';
import { HOUR, plus } from '../../../lambda/domain/time.ts';
import { USER } from '../../support/aws/index.ts';
import { pushImage } from '../../support/registry/index.ts';
import { Deployment } from './deployment.ts';

let deployment: Deployment;
let app: string;
beforeAll(async () => {
  deployment = await Deployment.start();
  const { world } = deployment;
  for (const name of ['app', 'web']) pushImage(world.registry, name, '1', { content: 'first' });
  app = `${world.registry.host}/app:1`;
  await world.apply('watch: [{images: ["HOST/app:1", "HOST/web:1"], policy: none, every: 24h}]');
  await world.tick();
});
beforeEach(() => deployment.world.clock.advance(1));
afterAll(() => deployment.close());

const run = (line: string, user?: string) => deployment.run(`scan --stack Tagwarden ${line}`, user);

describe('a scan of a deployed stack', () => {
  it('has the selected tags checked there, prints what happens, then the totals', async () => {
    pushImage(deployment.world.registry, 'app', '1', { content: 'second' });
    const { exit, stdout } = await run(app);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/tag\.moved {2}\S+\/app:1 .*\n1 checked · 1 moved\n$/);
  });

  it('exits with 1 for an alert, if that is asked for, and gives data', async () => {
    pushImage(deployment.world.registry, 'app', '1', { content: 'third' });
    const { exit, stdout } = await run('--exit-code -o json');
    expect(exit).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      events: [{ type: 'dev.tagwarden.tag.moved.v1', subject: app }],
      run: { jobs: 2, incomplete: false, totals: { checked: 2, moved: 1, unchanged: 1 } },
      throttled: [],
    });
  });

  it('asks no registry from here', async () => {
    const { registry } = deployment.world;
    await updateLane(deployment.world.deps.lanes, registry.host, (lane) => ({
      ...(lane as Lane),
      notBefore: plus(deployment.world.clock.now(), HOUR),
    }));
    registry.forget();
    const { exit, stdout } = await run('');
    await updateLane(deployment.world.deps.lanes, registry.host, (lane) => {
      const { notBefore: _, ...rest } = lane as Lane;
      return rest;
    });
    expect({ exit, stdout }).toEqual({
      exit: 0,
      stdout: `0 checked · not asked, as they want silence: ${registry.host}\n`,
    });
    expect(registry.requests).toEqual([]);
  });

  it('warns of a selection that fits nothing', async () => {
    const { exit, stderr } = await run('alpin');
    expect(exit).toBe(0);
    expect(stderr).toContain('nothing is watched that fits docker.io/library/alpin:latest');
  });

  it('refuses what is for the embedded store', async () => {
    expect(await run('--every 5m')).toMatchObject({
      exit: 64,
      stderr: expect.stringContaining('it scans by itself'),
    });
    expect((await run('-f watchlist.yaml')).exit).toBe(64);
  });

  it('says who may not ask', async () => {
    deployment.aws.denies = ({ path }) => path.includes('/invocations');
    const denied = await run('');
    deployment.aws.denies = () => false;
    expect(denied).toMatchObject({
      exit: 77,
      stderr: expect.stringContaining('ask Tagwarden-Dispatch for scan: User: arn:'),
    });
    expect((await run('', USER.nobody)).exit).toBe(77);
  });
});
