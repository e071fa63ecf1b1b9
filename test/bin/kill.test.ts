import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pushImage, type RegistryDouble, startRegistry } from '../support/registry/index.ts';
import { Shell } from './support.ts';

const PROGRAM = join(import.meta.dirname, '../../bin/tagwarden.ts');
const KILLS = 5;
const TAGS = ['1', '2', '3', '4', '5'];

interface Told {
  readonly id: string;
  readonly data: {
    readonly seq: number;
    readonly alert: boolean;
    readonly now?: { readonly digest: string };
  };
}

const shell = new Shell();
const printed = new Set<string>();
let registry: RegistryDouble;
let pushed = 0;

const move = (tag: string) =>
  pushImage(registry, `app${Number(tag) % 3}`, tag, { content: String(pushed++) });

beforeAll(async () => {
  registry = await startRegistry();
  const watch = TAGS.map((tag) => move(tag).reference);
  const list = `version: 1\ndefaults: {policy: none, every: 1m}\nwatch: ${JSON.stringify(watch)}\n`;
  writeFileSync(join(shell.folder, 'watchlist.yaml'), list);
});
afterAll(async () => {
  await registry.close();
  shell.remove();
});

/** Scans again and again, is killed `after` milliseconds from its first words on, and its events are noted. */
async function scanUntilKilled(after: number): Promise<void> {
  const child = spawn(
    process.execPath,
    [PROGRAM, '-o', 'jsonl', 'scan', '-f', 'watchlist.yaml', '--every', '1s'],
    { cwd: shell.folder, env: { HOME: shell.folder, PATH: process.env.PATH } },
  );
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (part) => {
    out += String(part);
  });
  const closed = once(child, 'close');
  await Promise.race([once(child.stdout, 'data'), closed]);
  await wait(after);
  child.kill('SIGKILL');
  await closed;
  note(out);
}

/** A line that a kill cut short was not told. */
function note(out: string): void {
  for (const line of out.split('\n').slice(0, -1)) {
    const { id } = JSON.parse(line) as Partial<Told>;
    if (id !== undefined) printed.add(id);
  }
}

async function linesOf<T>(line: string): Promise<T[]> {
  const { stdout } = await shell.run(`-o jsonl ${line}`);
  return stdout
    .trimEnd()
    .split('\n')
    .map((each) => JSON.parse(each) as T);
}

describe('when scans are killed at any moment while tags move', () => {
  it('loses no event and no alert, and numbers without a gap', async () => {
    let moving = true;
    const mover = (async () => {
      for (let n = 0; moving; n++) {
        move(TAGS[(n * 3) % TAGS.length] ?? '1');
        await wait(40);
      }
    })();
    for (let kill = 0; kill < KILLS; kill++) await scanUntilKilled(Math.random() * 1_200);
    moving = false;
    await mover;
    const last = await shell.run('-o jsonl scan');
    expect(last.exit).toBe(0);
    note(last.stdout);

    for (const tag of TAGS) {
      const repository = `app${Number(tag) % 3}`;
      const reference = `${registry.host}/${repository}:${tag}`;
      const events = (await linesOf<Told>(`history ${reference} --limit 1000`)).reverse();
      expect(events.map(({ data }) => data.seq)).toEqual(events.map((_, n) => n + 1));
      const digest = registry.store.find(repository)?.tags.get(tag);
      expect(events.at(-1)?.data.now?.digest).toBe(digest);
      expect(await linesOf(`status ${reference}`)).toMatchObject([{ digest }]);
      const lost = events.filter(({ id, data }) => data.alert && !printed.has(id));
      expect(lost.map(({ id }) => id)).toEqual([]);
    }
  }, 120_000);
});
