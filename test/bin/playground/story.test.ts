import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Interrupted } from '../../../bin/cli-error.ts';
import { EXIT } from '../../../bin/exit-codes.ts';
import { playground } from '../../../bin/playground/index.ts';
import { createProgram } from '../../../bin/program.ts';
import { MINUTE } from '../../../lambda/domain/time.ts';
import { type Ran, Shell } from '../support.ts';

/** Three times faster than `npm start`: a minute of the story in a third of a second. */
const PACE = { factor: 180, behind: 60 * MINUTE };

const shell = new Shell();
afterAll(() => shell.remove());

describe('two playgrounds that start at the same instant', () => {
  it('are one: the other says so, and empties nothing', async () => {
    const stop = new AbortController();
    const both = new Shell();
    const runs = [1, 2].map(() => both.run('up', { signal: stop.signal }));
    const refused = await Promise.race(runs);
    const status = await both.run('status');
    stop.abort(new Interrupted());
    const exits = (await Promise.all(runs)).map(({ exit }) => exit);
    both.remove();
    expect(refused).toMatchObject({ exit: EXIT.unavailable, stdout: '' });
    expect(refused.stderr).toContain('the playground is already running');
    expect(status.exit).toBe(EXIT.done);
    expect(exits.toSorted((a, b) => a - b)).toEqual([EXIT.unavailable, EXIT.interrupted]);
  }, 30_000);
});

describe('npm start', () => {
  const asked: Record<string, Ran> = {};
  let told: Ran;

  beforeAll(async () => {
    const stop = new AbortController();
    const ended = Promise.withResolvers<string>();
    const running = shell.inWorld(
      (io) => playground(createProgram(io).cli, PACE).catch(() => EXIT.interrupted),
      {
        signal: stop.signal,
        onStderr: (text) => {
          const [, epilogue] = text.split('That was the story.');
          if (epilogue?.includes('npm start')) ended.resolve(epilogue);
        },
      },
    );
    const epilogue = await ended.promise;
    const commands = epilogue.match(/(?<=npx tagwarden )\S.*/g) ?? [];
    for (const command of commands) asked[command.split(' ')[0] ?? ''] = await shell.run(command);
    asked.second = await shell.run('up');
    writeFileSync(join(shell.folder, 'own.yaml'), 'version: 1\nwatch: []\n');
    asked.diff = await shell.run('diff -f own.yaml');
    asked.dryRun = await shell.run('apply --dry-run --prune -f own.yaml');
    asked.apply = await shell.run('apply -f own.yaml');
    asked.own = await shell.run('status');
    stop.abort(new Interrupted());
    told = await running;
  }, 60_000);

  it('tells the story: each step is an alert line, in its order', () => {
    const lines = told.stdout.trimEnd().split('\n');
    const expected = [
      /info +tag\.first-seen .* verified$/,
      /info +baseline\.taken .* 1 resolved/,
      /low +tag\.moved .* verified$/,
      /medium +tag\.moved .* awaiting signature$/,
      /medium +signature\.gained .* verified +closes #\d+$/,
      /medium +tag\.moved .* awaiting signature$/,
      /high +tag\.moved .* rejected \(other signer\)$/,
      /high +tag\.moved .* verified \(rollback\) +closes #\d+$/,
    ];
    expect(lines).toEqual(expected.map((line) => expect.stringMatching(line)));
  });

  it('says plainly what it is, and how to watch real tags', () => {
    expect(told.stderr).toMatch(/^This is the PLAYGROUND/);
    expect(told.stderr).toContain('runs 180 times faster');
    expect(told.stderr).toContain('npm start -- -f watchlist.yaml');
  });

  it('answers the commands of a second terminal, which need no flags', () => {
    const { history, show, status, tree, verify } = asked;
    const codes = [history, show, status, tree, verify].map((ran) => ran?.exit);
    expect(codes).toEqual([0, 0, 0, 0, 0]);
    expect(history?.stderr).toContain("the playground's store");
    expect(history?.stdout.trimEnd().split('\n')).toHaveLength(8);
    expect(status?.stdout).toMatch(/verified +https:\/\/github\.com\/shop\/api/);
    expect(verify?.stdout).toMatch(/^verified /);
  });

  it('never gets what the user applies', () => {
    expect(asked.apply).toMatchObject({ exit: 0, stdout: 'nothing to change, 0 unchanged\n' });
    expect(asked.own?.stderr).toBe('nothing is watched that fits\n');
  });

  it('is no part of the plan for what the user would apply', () => {
    expect(asked.diff?.stdout).toBe('0 to add, 0 to change, 0 not in the file, 0 unchanged\n');
    expect(asked.dryRun?.stdout).toBe('would do: nothing to change, 0 unchanged\n');
  });

  it('runs once at a time', () => {
    expect(asked.second).toMatchObject({ exit: 69, stdout: '' });
    expect(asked.second?.stderr).toContain('already running');
  });

  it('leaves nothing behind that a later command would take for a store', async () => {
    const { exit, stderr } = await shell.run('history alpine');
    expect(exit).toBe(1);
    expect(stderr).not.toContain("playground's");
    expect(stderr).toContain('--data-dir .tagwarden/playground');
  });
});
