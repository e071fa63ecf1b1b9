import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Gate } from '../gate.ts';
import { INTERNAL, PRIVATE } from '../hosts.ts';
import { LOGIN } from '../private-registry.ts';
import type { Scene } from '../scene.ts';
import { WATCH } from '../watchlist.ts';

const TEAM = `${PRIVATE.name}/team/app:1`;
const METADATA = '169.254.169.254/latest/meta-data:1';
const LOOPBACK = '127.0.0.1:9001/2018-06-01/runtime:1';
const OTHERS = `${INTERNAL.name}:${INTERNAL.port}/shop/api:1.4`;
const FORBIDDEN = [METADATA, LOOPBACK, OTHERS];

interface Status {
  readonly tag: string;
  readonly digest: string | null;
  readonly inconclusive: { readonly reason: string } | null;
}

/** What the functions may connect to, and with which credentials. */
export function registries(scene: () => Scene): void {
  let digest: string;
  let internal: Gate | undefined;
  const statusOf = async (tag: string) => (await scene().stack.ask<Status[]>('status', tag))[0];

  beforeAll(async () => {
    digest = scene().stage.privateRegistry.push('team/app', '1');
    const { emulator, lab } = scene().stage;
    internal = await Gate.before(Number(lab.host.split(':')[1]));
    await emulator.addHost({ ...INTERNAL, to: internal.port });
    const added = [TEAM, ...FORBIDDEN].map((each) => `"${each}"`);
    await scene().deploy([...Object.values(WATCH), ...added]);
    await scene().stack.must('scan', TEAM, ...FORBIDDEN);
  });
  afterAll(() => internal?.close());

  // Attack: whoever may edit the watch list has the functions ask what only they can reach.
  it.each(FORBIDDEN)('asks nothing of %s', async (tag) => {
    expect(await statusOf(tag)).toMatchObject({
      digest: null,
      inconclusive: { reason: 'unreachable' },
    });
    expect(internal?.visits).toBe(0);
  });

  it('knows nothing of a registry that wants a login', async () => {
    expect(await statusOf(TEAM)).toMatchObject({
      digest: null,
      inconclusive: { reason: 'denied' },
    });
  });

  it('uses the credential that somebody logged in with', async () => {
    const { stack, stage } = scene();
    const flags = ['-u', LOGIN.username, '--password-stdin'];
    const said = await stack.runWith(LOGIN.password, 'login', PRIVATE.name, ...flags);
    expect(said).toMatchObject({ exit: 0, stdout: expect.stringContaining('stored in') });
    // A new instance reads the secret at once, one that knows it only after some minutes.
    for (const pid of await stage.emulator.processesOf(stack.functionOf('Scanner'))) {
      process.kill(pid, 'SIGKILL');
    }
    await stack.must('scan', TEAM);
    expect(await statusOf(TEAM)).toMatchObject({ digest, inconclusive: null });
  });

  it('says the credential in no log', async () => {
    const log = await scene().stage.emulator.log();
    expect(log).toContain('"service":"Tagwarden"');
    expect(log).not.toContain(LOGIN.password);
    const basic = Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64');
    expect(log).not.toContain(basic);
  });
}
