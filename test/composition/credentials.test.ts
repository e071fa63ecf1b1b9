import { beforeEach, describe, expect, it } from '@jest/globals';
import { credentialsOfSecret } from '../../lambda/composition/functions/credentials.ts';
import { HOUR, MINUTE } from '../../lambda/domain/time.ts';
import { RecordingLog } from '../support/lambda/index.ts';
import { ManualClock } from '../support/world/clock.ts';

const SECRET = 'hunter2';
const config = (password: string) =>
  JSON.stringify({ auths: { 'ghcr.io': { username: 'me', password } } });

let clock: ManualClock;
let said: RecordingLog;
let reads: number;
let text: string | undefined | Error;

beforeEach(() => {
  clock = new ManualClock('2026-03-19T03:00:00.000Z');
  said = new RecordingLog();
  [reads, text] = [0, config('one')];
});

function source() {
  return credentialsOfSecret({ clock, log: said.log }, async () => {
    reads++;
    if (text instanceof Error) throw text;
    return text;
  });
}

describe('the credentials in a secret', () => {
  it('are read once in five minutes, also when they change', async () => {
    const credentials = source();
    const found = () => credentials.find('ghcr.io', 'acme/app');
    expect(await Promise.all([found(), found()])).toMatchObject([
      { password: 'one' },
      { password: 'one' },
    ]);
    text = config('two');
    expect(await found()).toMatchObject({ password: 'one' });
    expect(reads).toBe(1);
    await clock.advance(5 * MINUTE);
    expect(await found()).toMatchObject({ password: 'two' });
  });

  it('are none for another registry, and none before anybody has logged in', async () => {
    expect(await source().find('quay.io', 'acme/app')).toBeUndefined();
    text = undefined;
    expect(await source().find('ghcr.io', 'acme/app')).toBeUndefined();
  });

  it.each([
    'not json hunter2',
    '"hunter2"',
    '{"auths": "hunter2"}',
    '{"auths": {"ghcr.io": ["hunter2"]}}',
  ])(
    'of the malformed %s are an error for every registry, without its content',
    async (malformed) => {
      text = malformed;
      const credentials = source();
      for (const registry of ['ghcr.io', 'quay.io']) {
        const thrown = await Promise.resolve(credentials.find(registry, 'a')).catch(String);
        expect(thrown).toContain(
          'the secret with the credentials of registries: invalid docker config',
        );
        expect(thrown).not.toContain(SECRET);
      }
      expect(JSON.stringify(said.lines)).not.toContain(SECRET);
      expect(said.lines).toMatchObject([{ level: 'error', message: 'credentials are unusable' }]);
    },
  );

  it('recover when the secret is mended', async () => {
    text = '{';
    const credentials = source();
    await expect(credentials.find('ghcr.io', 'a')).rejects.toThrow('invalid docker config');
    text = config('mended');
    await clock.advance(5 * MINUTE);
    expect(await credentials.find('ghcr.io', 'a')).toMatchObject({ password: 'mended' });
  });

  it('stay good for an hour while the secret cannot be read, and no longer', async () => {
    const credentials = source();
    await credentials.find('ghcr.io', 'a');
    text = new Error('throttled');
    await clock.advance(5 * MINUTE + HOUR - 1);
    expect(await credentials.find('ghcr.io', 'a')).toMatchObject({ password: 'one' });
    await clock.advance(MINUTE);
    await expect(credentials.find('ghcr.io', 'a')).rejects.toThrow('throttled');
  });

  it('name what is left out', async () => {
    text = JSON.stringify({ credHelpers: { 'gcr.io': 'gcloud' } });
    await source().find('gcr.io', 'a');
    expect(said.lines).toMatchObject([{ level: 'warn', message: 'credential left out' }]);
  });
});
