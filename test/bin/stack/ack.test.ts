import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pushImage } from '../../support/registry/index.ts';
import { Deployment } from './deployment.ts';

let deployment: Deployment;
let app: string;
const push = (content: string) =>
  pushImage(deployment.world.registry, 'app', '1', { content }).reference;
beforeAll(async () => {
  deployment = await Deployment.start();
  const { world, shell } = deployment;
  app = push('first');
  const list = (image: string) =>
    `watch: [{image: "${image}", policy: none, immutable: true, every: 1m}]`;
  await world.apply(list('HOST/app:1'));
  await world.tick();
  writeFileSync(join(shell.folder, 'watchlist.yaml'), `version: 1\n${list(app)}\n`);
  await shell.run('scan');
  push('second');
  await world.tick();
  await shell.run('scan');
});
afterAll(() => deployment.close());

describe.each([
  ['a stack', (line: string) => deployment.run(`${line} --stack Tagwarden`)],
  ['the embedded store', (line: string) => deployment.shell.run(line)],
])('an event of %s', (_name, run) => {
  it('is acknowledged with a reason, which is told', async () => {
    const { exit, stdout } = await run(`ack ${app}#2 --reason planned`);
    expect({ exit, stdout }).toEqual({
      exit: 0,
      stdout: expect.stringMatching(/critical tag\.acknowledged {2}.* closes #2\n$/),
    });
    expect((await run(`show ${app}#3`)).stdout).toContain('is acknowledged: planned.');
  });

  it('is acknowledged once', async () => {
    const again = await run(`ack ${app}#2 --reason again`);
    expect(again).toMatchObject({ exit: 0, stdout: '', stderr: '(said already, in #3)\n' });
  });

  it('has to be there, and about an image that the tag still points at', async () => {
    const none = await run(`ack ${app}#9 --reason x`);
    expect(none).toMatchObject({ exit: 1, stderr: expect.stringContaining('no such event') });
    const old = await run(`ack ${app}#1 --reason x`);
    expect(old).toMatchObject({ exit: 1, stderr: expect.stringContaining(`look at ${app}#2`) });
  });

  it('needs a reason, and a number', async () => {
    expect((await run(`ack ${app}#2`)).exit).toBe(64);
    expect((await run(`ack ${app} --reason x`)).exit).toBe(64);
    expect((await run(`ack ${app}#2 --reason ${'x'.repeat(501)}`)).exit).toBe(64);
  });
});
