import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { KmsDouble } from '../support/kms/index.ts';

const APP = join(import.meta.dirname, '../../bin/app.ts');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tagwarden-app-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the app as the CDK does, in a folder of its own. */
async function synth(context: object): Promise<{
  exit: unknown;
  stderr: string;
  out: string[];
  folder: string;
}> {
  const out = mkdtempSync(join(folder, 'out-'));
  const env = { ...process.env, CDK_OUTDIR: out, CDK_CONTEXT_JSON: JSON.stringify(context) };
  const run = promisify(execFile)(process.execPath, [APP], { cwd: folder, env });
  const { exit, stderr } = await run.then(
    (ended) => ({ exit: 0, stderr: ended.stderr }),
    (ended) => ({ exit: ended.code, stderr: ended.stderr }),
  );
  return { exit, stderr, out: readdirSync(out), folder: out };
}

describe('when the CDK runs the app', () => {
  it('ends before anything is there to deploy without a watch list, and says what to set', async () => {
    const { exit, stderr, out } = await synth({ tagwarden: {} });
    expect({ exit, out }).toEqual({ exit: 66, out: [] });
    expect(stderr).toContain('cannot read the watch list watchlist.yaml');
    expect(stderr).toContain('"watchlist": "FILE"');
    expect(stderr).not.toContain('at ');
  });

  it('ends with every problem of the watch list, in the words of validate', async () => {
    writeFileSync(join(folder, 'wrong.yaml'), 'version: 1\nwach: []\nwatch: [{image: "a b"}]\n');
    const { exit, stderr, out } = await synth({ tagwarden: { watchlist: 'wrong.yaml' } });
    expect({ exit, out }).toEqual({ exit: 65, out: [] });
    expect(stderr).toMatch(/^wrong\.yaml:2:1 wach: found the unknown key "wach".*"watch"\?$/m);
    expect(stderr).toMatch(/^wrong\.yaml:3:17 watch\[0\]\.image: /m);
    expect(stderr).toContain('2 problems in wrong.yaml: nothing was deployed');
  });

  it('ends when KMS has no such key, or does not say', async () => {
    const kms = await KmsDouble.start();
    const synthWith = (key: string) => {
      const policy = `p: {signedBy: [{key: "${kms.uri(key)}"}]}`;
      writeFileSync(join(folder, 'kms.yaml'), `version: 1\nwatch: []\npolicies: {${policy}}\n`);
      return synth({ tagwarden: { watchlist: 'kms.yaml' } });
    };
    try {
      expect(await synthWith('alias/gone')).toMatchObject({
        exit: 65,
        out: [],
        stderr: expect.stringContaining('found no key of that name in this account and region'),
      });
      kms.keys.set('alias/ours', { refused: 'AccessDeniedException', says: 'you may not' });
      expect(await synthWith('alias/ours')).toMatchObject({
        exit: 77,
        out: [],
        stderr: expect.stringMatching(/you may not; .*\nnothing was deployed\n$/),
      });
    } finally {
      await kms.close();
    }
  });

  it('ends with every problem of the settings', async () => {
    const { exit, stderr, out } = await synth({
      tagwarden: { schedul: '1m' },
      alertEmail: 'nobody',
    });
    expect({ exit, out }).toEqual({ exit: 65, out: [] });
    expect(stderr.trim().split('\n')).toEqual([
      '-c alertEmail: found "nobody", expected an e-mail address',
      expect.stringMatching(/^cdk\.json context\.tagwarden\.schedul: .*did you mean "schedule"\?$/),
      'nothing was deployed',
    ]);
  });

  it('ends when tags are to be checked more often than anybody looks', async () => {
    writeFileSync(
      join(folder, 'often.yaml'),
      'version: 1\ndefaults: {every: 1m, policy: none}\nwatch: [alpine]\n',
    );
    const settings = { watchlist: 'often.yaml', schedule: '5m' };
    const { exit, stderr, out } = await synth({ tagwarden: settings });
    expect({ exit, out }).toEqual({ exit: 65, out: [] });
    expect(stderr).toContain('schedule: found 5 minutes, expected at most 1m');
  });

  it('has the compiled list beside the template, which names it by its hash', async () => {
    writeFileSync(
      join(folder, 'right.yaml'),
      'version: 1\ndefaults: {policy: none}\nwatch: [alpine:edge, 123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/api:1]\n',
    );
    const context = { 'aws:cdk:bundling-stacks': [], tagwarden: { watchlist: 'right.yaml' } };
    const { exit, out, folder: made } = await synth(context);
    expect(exit).toBe(0);
    expect(out).toContain('Tagwarden.template.json');
    const list = readFileSync(join(made, 'tagwarden-watchlist.json'));
    const { Resources } = JSON.parse(readFileSync(join(made, 'Tagwarden.template.json'), 'utf8'));
    const text = JSON.stringify(Resources);
    expect(text).toContain(`"WatchlistHash":"${createHash('sha256').update(list).digest('hex')}"`);
    expect(text).toContain('arn:aws:ecr:eu-west-1:123456789012:repository/shop/api"');
  }, 90_000);
});
