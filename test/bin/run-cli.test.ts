import { afterAll, describe, expect, it } from '@jest/globals';
import { createProgram } from '../../bin/program.ts';
import { version } from '../../bin/version.ts';
import { Shell } from './support.ts';

const shell = new Shell();
afterAll(() => shell.remove());

describe('wrong usage', () => {
  it.each([
    ['bogus', "unknown command 'bogus'", 'tagwarden <command>'],
    ['digest', "missing required argument 'reference'", 'tagwarden digest'],
    ['digest a b', 'too many arguments', 'tagwarden digest'],
    ['digest --bogus a', "unknown option '--bogus'", 'tagwarden digest'],
    ['digest A//b', 'invalid image reference', 'tagwarden digest'],
    ['digest --registry-username me a', '--registry-password together', 'tagwarden digest'],
    ['verify -o text a', 'Allowed choices are table, json, jsonl', 'tagwarden verify'],
    ['verify --key k a b', 'expected one image, found 2', 'tagwarden verify'],
    ['verify a', 'expected --key FILE', 'tagwarden verify'],
    ['verify --insecure-ignore-tlog=maybe a', 'expected true or false', 'tagwarden verify'],
    ['verify --policy p --key k a', 'expected one of the two', 'tagwarden verify'],
    ['history --limit 0 a', '--limit "0"', 'tagwarden history'],
    ['show a', 'expected an event as REF#NUMBER', 'tagwarden show'],
    ['where sha256:abc', 'invalid digest', 'tagwarden where'],
    ['where -', 'standard input was empty', 'tagwarden where'],
    ['scan --every soon', '--every "soon"', 'tagwarden scan'],
    ['scan --label team', 'expected key=value', 'tagwarden scan'],
    ['status --verdict good', 'Allowed choices', 'tagwarden status'],
    ['events --kind tag.gone', 'Allowed choices', 'tagwarden events'],
    ['up -o json', 'expected table or jsonl', 'tagwarden up'],
    ['completion tcsh', 'Allowed choices are bash, zsh, fish', 'tagwarden completion'],
  ])('%s: one line that says what was expected, then the usage', async (line, said, usage) => {
    const { exit, stdout, stderr } = await shell.run(line);
    expect({ exit, stdout }).toEqual({ exit: 64, stdout: '' });
    const [first, second, ...rest] = stderr.trimEnd().split('\n');
    expect(first).toContain(said);
    expect(second).toContain(`usage: ${usage}`);
    expect(rest).toEqual([]);
  });

  it('help of a command is its --help', async () => {
    const [help, flag] = [await shell.run('help history'), await shell.run('history --help')];
    expect(help).toMatchObject({ exit: 0, stdout: flag.stdout });
  });

  it('without a command shows the help, on stderr', async () => {
    const { exit, stdout, stderr } = await shell.run('');
    expect({ exit, stdout }).toEqual({ exit: 64, stdout: '' });
    expect(stderr).toContain('Usage: tagwarden');
  });
});

describe('flags of a stack', () => {
  it('are not answered from the local store', async () => {
    const refused = await shell.run('status --profile p');
    expect(refused).toMatchObject({ exit: 64, stdout: '' });
    const both = await shell.run('status --stack A --table b');
    expect(both).toMatchObject({
      exit: 64,
      stderr: expect.stringContaining('found --stack and --table: expected one store\nusage: '),
    });
  });
});

describe('help', () => {
  const { program } = createProgram({
    ...{ stdin: process.stdin, stdout: process.stdout, stderr: process.stderr },
    ...{ stdoutIsTerminal: false, stderrIsTerminal: false },
    ...{ columns: 100, env: {}, cwd: '/', signal: new AbortController().signal },
  });
  const names = program.commands.map((command) => command.name());

  it('of the program lists every command', async () => {
    const { exit, stdout } = await shell.run('--help');
    expect(exit).toBe(0);
    for (const name of names) expect(stdout).toContain(`  ${name} `);
  });

  it.each(names)('of %s has an example and the flags of every command', async (name) => {
    const { exit, stdout, stderr } = await shell.run(`${name} --help`);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`Examples?:\\n.*tagwarden ${name}`, 's'));
    expect(stdout).toContain('--output');
  });

  it('goes with a version', async () => {
    expect(await shell.run('--version')).toEqual({ exit: 0, stdout: `${version()}\n`, stderr: '' });
  });
});

describe('completion', () => {
  it.each(['bash', 'zsh', 'fish'])('of %s knows commands and flags', async (kind) => {
    const { exit, stdout } = await shell.run(`completion ${kind}`);
    expect(exit).toBe(0);
    expect(stdout).toContain('validate');
    expect(stdout).toContain('certificate-identity');
    expect(stdout).not.toContain('rekor-url');
  });
});
