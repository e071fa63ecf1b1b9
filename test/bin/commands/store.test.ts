import { copyFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectOrOpen } from '../../../lambda/adapters/dynamodb/embedded/index.ts';
import {
  loadCaptured,
  pushImage,
  type RegistryDouble,
  startRegistry,
} from '../../support/registry/index.ts';
import { Shell } from '../support.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/cosign');
const INDEX = 'sha256:2b70e1e074360bacab2eb41dd80e924cca3a55473d150ba9e5d95c19ee01a9fd';
const UNKNOWN = `sha256:${'0'.repeat(64)}`;

interface CloudEvent {
  readonly type: string;
  readonly subject: string;
  readonly data: Record<string, unknown>;
}

const shell = new Shell();
let registry: RegistryDouble;
let store: Awaited<ReturnType<typeof connectOrOpen>>;
let app: string;
let signed: string;
beforeAll(async () => {
  registry = await startRegistry();
  // As when `up` runs: every command talks to the process that has the store open.
  store = await connectOrOpen({ dataDir: join(shell.folder, '.tagwarden') });
  loadCaptured(registry, 'signed', join(FIXTURES, 'api-legacy'));
  copyFileSync(join(FIXTURES, 'cosign.pub'), join(shell.folder, 'cosign.pub'));
  app = pushImage(registry, 'app', '1.4', { content: 'first' }).reference;
  signed = `${registry.host}/signed:v1`;
  write('watchlist.yaml', listOf(app, signed));
});
afterAll(async () => {
  await registry.close();
  await store.close();
  shell.remove();
});

const write = (name: string, text: string) => writeFileSync(join(shell.folder, name), text);

function listOf(...images: string[]): string {
  return `version: 1
defaults: {policy: none}
policies:
  ours: {unsafeIgnoreTransparencyLog: true, signedBy: [{key: cosign.pub}]}
watch:
${images.map((image) => `  - {image: "${image}", policy: ${image.includes('/signed') ? 'ours' : 'none'}, labels: {team: a}}`).join('\n')}
`;
}

// One story: each step stands on what the ones before it stored.
describe('a store from empty to its second event', () => {
  it('validates a list, and names every problem of a bad one', async () => {
    expect((await shell.run('validate')).exit).toBe(0);
    write('bad.yaml', 'version: 2\nwatch:\n  - {imagee: alpine}\n');
    const { exit, stdout, stderr } = await shell.run('validate -f bad.yaml');
    expect(exit).toBe(65);
    expect(stdout).toMatch(/^bad\.yaml:1:\d+ version: /);
    expect(stdout).toMatch(/bad\.yaml:3:\d+ watch\[0\].*image/);
    expect(stderr).toMatch(/^\d problems in bad\.yaml/);
  });

  it('uses nothing of a list with a problem', async () => {
    for (const command of ['apply', 'diff', 'scan', 'check', 'up']) {
      const { exit, stdout } = await shell.run(`${command} -f bad.yaml`);
      expect({ command, exit, stdout }).toEqual({ command, exit: 65, stdout: '' });
    }
    expect((await shell.run('apply -f nope.yaml')).exit).toBe(66);
    const folder = await shell.run('validate -f .');
    expect(folder).toMatchObject({ exit: 66, stderr: expect.stringContaining('. is a folder') });
  });

  it('checks a list and stores nothing', async () => {
    write('check.yaml', listOf(app, signed, `${registry.host}/app:nope`, '127.0.0.1:1/a/b:c'));
    const { exit, stdout, stderr } = await shell.run('check -f check.yaml');
    expect(exit).toBe(1);
    expect(stdout).toMatch(new RegExp(`${signed} +verified +2b70e1e07436`));
    expect(stderr).toContain(
      `2 resolved · 1 not found: ${registry.host}/app:nope · 1 inconclusive: 127.0.0.1:1/a/b:c`,
    );
    expect((await shell.run('status')).stderr).toContain('nothing is watched');
  });

  it('says what apply would do, and does it', async () => {
    const different = await shell.run('diff --exit-code');
    expect(different).toMatchObject({ exit: 1, stdout: expect.stringContaining(`+ ${app}\n`) });
    expect((await shell.run('apply --dry-run')).stdout).toContain('would do: 2 added');
    expect((await shell.run('apply')).stdout).toContain('2 added, 0 unchanged');
    expect((await shell.run('apply')).stdout).toBe('nothing to change, 2 unchanged\n');
    expect((await shell.run('diff --exit-code')).exit).toBe(0);
  });

  it('removes from the store only with --prune', async () => {
    write('extra.yaml', listOf(app, signed, `${registry.host}/app:extra`));
    await shell.run('apply -f extra.yaml');
    const kept = await shell.run('apply');
    expect(kept.stdout).toContain('(--prune removes it): ');
    const { stderr } = await shell.run('scan alpin');
    expect(stderr).toContain('1 watch is not in the file and stays: tagwarden apply --prune');
    const pruned = await shell.json<{ removed: { watch: string }[] }>('apply --prune');
    expect(pruned.removed.map(({ watch }) => watch)).toEqual([`${registry.host}/app:extra`]);
  });

  it('scans: a baseline, then nothing new', async () => {
    const first = await shell.run('scan');
    expect(first.exit).toBe(0);
    expect(first.stdout).toContain(`tag.first-seen  ${signed}  2b70e1e0  verified`);
    expect(first.stdout).toMatch(/2 checked · 2 first seen · 1 verified\n$/);
    const { stdout } = await shell.run('scan --exit-code');
    expect(stdout).toBe('2 checked · 2 unchanged\n');
  });

  it('warns of a selection that fits nothing', async () => {
    const { exit, stderr } = await shell.run('scan alpin');
    expect(exit).toBe(0);
    expect(stderr).toContain(
      'warning: nothing is watched that fits docker.io/library/alpin:latest',
    );
  });

  it('shows the status of every tag, or of those selected', async () => {
    const { stdout } = await shell.run('status');
    expect(stdout).toMatch(new RegExp(`${signed} +2b70e1e07436 +\\d+s +verified +key sha256:`));
    expect(stdout).toMatch(new RegExp(`${app} .* not-required`));
    const chosen = await shell.json<{ tag: string }[]>('status --verdict verified');
    expect(chosen.map(({ tag }) => tag)).toEqual([signed]);
    const all = await shell.json<{ tag: string }[]>('status');
    expect(all.map(({ tag }) => tag)).toEqual([app, signed].sort());
    const globbed = await shell.json<{ tag: string }[]>('status *:1.4 --label team=a');
    expect(globbed.map(({ tag }) => tag)).toEqual([app]);
  });

  it('tells a move as an alert, with exit code 1 if that is asked for', async () => {
    pushImage(registry, 'app', '1.4', { content: 'second' });
    const { exit, stdout } = await shell.run('scan -o jsonl --exit-code');
    expect(exit).toBe(1);
    const [event, end, ...rest] = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(event).toMatchObject({ type: 'dev.tagwarden.tag.moved.v1', subject: app });
    expect(end).toMatchObject({ run: { totals: { checked: 2, moved: 1 }, incomplete: false } });
    expect(rest).toEqual([]);
  });

  it('has the history of a tag, newest first, in table, json and jsonl', async () => {
    const events = await shell.json<CloudEvent[]>(`history ${app}`);
    expect(events.map(({ type }) => type)).toEqual([
      'dev.tagwarden.tag.moved.v1',
      'dev.tagwarden.tag.first-seen.v1',
    ]);
    const lines = (await shell.run(`-o jsonl history --limit 1 ${app}`)).stdout
      .trimEnd()
      .split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(events.slice(0, 1));
    expect((await shell.run(`history ${app}`)).stdout).toMatch(/^# .*\n2 .*tag\.moved.*\n1 /);
    expect(await shell.run('history alpine')).toMatchObject({ exit: 1, stdout: '' });
  });

  it('knows what a tag was at a time', async () => {
    const [, first] = await shell.json<{ time: string }[]>(`history ${app}`);
    const then = await shell.json<CloudEvent[]>(`history ${app} --at ${first?.time}`);
    expect(then.map(({ type }) => type)).toEqual(['dev.tagwarden.tag.first-seen.v1']);
    expect(await shell.json(`history ${app} --at 2025-06-01`)).toEqual([]);
    const before = await shell.run(`history ${app} --at 2025-06-01`);
    expect(before.stderr).toMatch(/until then: it was first seen \d{4}-/);
    expect((await shell.run('history alpine')).stderr).toContain('it is not watched');
  });

  it('shows one event whole', async () => {
    const { exit, stdout } = await shell.run(`show ${app}#2`);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^FIRST .*\nWAS .*\nNOW .*/m);
    expect((await shell.json<CloudEvent>(`show ${app}#2`)).subject).toBe(app);
    expect((await shell.run(`show ${app}#9`)).exit).toBe(1);
  });

  it('has a feed across all tags', async () => {
    const { stdout } = await shell.run('events --since 1h --kind tag.moved');
    expect(stdout).toContain(`${app}#2`);
    expect(stdout).not.toContain(signed);
    expect((await shell.run('events --since 2099-01-01')).stderr).toContain('no events since');
  });

  it('finds the tags that pointed at a digest', async () => {
    const { exit, stdout } = await shell.run('where -', { stdin: `${INDEX}\n\n${UNKNOWN}\n` });
    expect(exit).toBe(0);
    expect(stdout).toMatch(new RegExp(`2b70e1e07436 +${signed}#1 +index .* still there`));
    const short = await shell.run('where 2b70e1e07436');
    expect(short.exit).toBe(64);
    expect(short.stderr).toContain('expected the whole digest: status -o json shows it');
    const nowhere = await shell.run(`where ${UNKNOWN}`);
    expect(nowhere).toMatchObject({ exit: 1, stdout: '' });
    expect(nowhere.stderr).toMatch(/none found\n2 tags were checked since .* at least every 5 min/);
  });

  it('lists the runs', async () => {
    const { exit, stdout } = await shell.run('runs');
    expect(exit).toBe(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(6);
    expect(stdout).not.toContain('incomplete');
  });
});

describe('a registry that cannot be reached', () => {
  const tag = '127.0.0.1:1/a/b:c';
  const other = new Shell();
  afterAll(() => other.remove());

  it('is named by scan, once, with the reason', async () => {
    const list = `version: 1\ndefaults: {policy: none}\nwatch: ["${tag}", "127.0.0.1:1/a/b:d"]\n`;
    writeFileSync(join(other.folder, 'watchlist.yaml'), list);
    await other.run('apply');
    expect((await other.run(`history ${tag}`)).stderr).toContain('it was not checked yet');
    const { exit, stderr } = await other.run('scan');
    expect(exit).toBe(0);
    expect(stderr.match(/^warning: unreachable: 127\.0\.0\.1:1: .*$/gm)).toHaveLength(1);
  });

  it('is why there is no history', async () => {
    const { exit, stderr } = await other.run(`history ${tag}`);
    expect(exit).toBe(1);
    expect(stderr).toContain('its checks are inconclusive: unreachable: ');
    expect((await other.run('status')).stdout).toContain('inconclusive: unreachable');
  });
});

describe('a store that cannot be used', () => {
  it('exits with 69 and says why', async () => {
    write('file', '');
    const { exit, stderr } = await shell.run('apply --data-dir file/store');
    expect(exit).toBe(69);
    expect(stderr).toContain('file/store');
  });

  it('is not made by a command that only reads', async () => {
    const empty = new Shell();
    const codes: number[] = [];
    for (const line of ['status', 'history a', 'show a#1', 'events', 'runs', `where ${INDEX}`]) {
      const { exit, stderr } = await empty.run(line);
      expect(stderr).toContain('nothing is stored');
      codes.push(exit);
    }
    expect(codes).toEqual([0, 1, 1, 0, 0, 1]);
    expect(readdirSync(empty.folder)).toEqual([]);
    empty.remove();
  });

  it('scan says what is missing where nothing is watched', async () => {
    const empty = new Shell();
    const { exit, stderr } = await empty.run('scan');
    empty.remove();
    expect(exit).toBe(66);
    expect(stderr).toContain('expected ./watchlist.yaml, or -f FILE');
  });
});
