import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { allFlags, type CosignFlag, flagsInHelp, SHORTER_NAMES } from './flags-of-cosign.ts';
import { suite, useLab } from './parity.ts';
import { words } from './words.ts';

const REFERENCE = readFileSync(join(import.meta.dirname, '../../docs/cli.md'), 'utf8');
const COMMANDS = ['verify', 'verify-attestation'] as const;

/** Flags in the table of a command's chapter, and in that of the whole program. */
function takenBy(command: string): Set<string> {
  const chapters = [`\n## ${command}\n`, '\n## Everywhere\n'].map(
    (title) => REFERENCE.split(title)[1]?.split('\n## ')[0] ?? '',
  );
  const rows = chapters.join('').matchAll(/^\| `(?:-\w, )?--([\w-]+)[^`]*` \|/gm);
  return new Set([...rows].map(([, flag = '']) => flag));
}

/** Replacements by flag, in the table of flags that are not taken. */
function refusedBy(command: string): Map<string, string> {
  const [, chapter = ''] = REFERENCE.split('\n## Flags of cosign that are not taken\n');
  const rows = chapter.matchAll(/^\| `(?:-\w, )?--([\w-]+)[^`]*` \| ([^|]+) \| (.+) \|$/gm);
  const own = [...rows].filter(([, , commands = '']) => commands.split(', ').includes(command));
  return new Map(own.map(([, flag = '', , instead = '']) => [flag, instead]));
}

/** The ways to write it; a boolean never takes the word behind it. */
function formsOf({ long, short, boolean }: CosignFlag): string[][] {
  const names = [`--${long}`, ...(short === undefined ? [] : [`-${short}`])];
  return [[`--${long}=true`], ...names.map((name) => (boolean ? [name] : [name, 'true']))];
}

/** Nobody answers there: what is refused, is refused before. */
const NOWHERE = '127.0.0.1:9/nothing:1';

suite('every flag of the real cosign', () => {
  const lab = useLab('distribution v3');

  describe.each(COMMANDS)('%s', (command) => {
    let flags: CosignFlag[];
    beforeAll(async () => {
      const shorter = SHORTER_NAMES.map((long) => ({ long, boolean: false }));
      flags = [...(await allFlags(lab().cosign, command)), ...shorter];
    });

    it('is known, hidden or not', async () => {
      const inHelp = await flagsInHelp(lab().cosign, command);
      expect(inHelp.length).toBeGreaterThan(30);
      expect(flags.map(({ long }) => long)).toEqual(expect.arrayContaining(inHelp));
      for (const { long } of flags) {
        const value = long === 'max-workers' ? '1' : long === 'timeout' ? '1s' : 'true';
        const { exit } = await lab().cosign.run(command, `--${long}=${value}`, '--help');
        expect({ long, exit }).toEqual({ long, exit: 0 });
      }
    });

    it('is in docs/cli.md: taken, or refused with a replacement', () => {
      const [taken, refused] = [takenBy(command), refusedBy(command)];
      const known = flags.filter(({ long }) => long !== 'help');
      expect(known.filter(({ long }) => taken.has(long) === refused.has(long))).toEqual([]);
      expect([...refused.values()].filter((instead) => instead.length < 10)).toEqual([]);
    });

    it('is refused with that replacement, in every form, before anything is asked', async () => {
      for (const [name, instead] of refusedBy(command)) {
        const flag = flags.find(({ long }) => long === name) ?? { long: name, boolean: false };
        for (const form of formsOf(flag)) {
          const ran = await lab().tagwarden.inProcess(
            command,
            '--key',
            'ours.pub',
            ...form,
            NOWHERE,
          );
          expect({ form, ...ran }).toMatchObject({ form, exit: 64, stdout: '' });
          expect(ran.stderr).toContain(instead.replaceAll('\\|', '|'));
          expect(ran.stderr).toContain(`--${name}`);
        }
      }
    });

    it('is not taken under a single dash or two dashes too many, which cosign would mend', async () => {
      for (const { long, short } of flags) {
        for (const form of [`-${long}=true`, ...(short === undefined ? [] : [`--${short}`])]) {
          const { exit } = await lab().tagwarden.inProcess(
            ...[command, form, '--key', 'ours.pub', NOWHERE],
          );
          expect({ form, exit }).toEqual({ form, exit: 64 });
        }
      }
    });
  });
});

/** Variables that leave a verdict alone, though cosign reads them. */
const HARMLESS = [
  // The output, and how long somebody waits.
  ...['OUTPUT', 'OUTPUT_FILE', 'TIMEOUT', 'VERBOSE', 'HELP', 'MAX_WORKERS', 'OFFLINE'],
  // Which registry is reached, and by whom: without these it is reached as safely, or not at all.
  ...['ALLOW_HTTP_REGISTRY', 'ALLOW_INSECURE_REGISTRY', 'K8S_KEYCHAIN', 'REGISTRY_CACERT'],
  ...['REGISTRY_CLIENT_CERT', 'REGISTRY_CLIENT_KEY', 'REGISTRY_SERVER_NAME'],
  ...['REGISTRY_USERNAME', 'REGISTRY_PASSWORD', 'REGISTRY_TOKEN'],
].map((name) => `COSIGN_${name}`);

/** Of `cosign env`: only for signing, or (the size) only ever a reason of cosign's to fail. */
const NOT_OF_VERIFICATION =
  /^(?:ACTIONS_|BUILDKITE_|GITHUB_|GITLAB_|GOOGLE_|SPIFFE_|SOURCE_|SIGSTORE_ID_TOKEN$|COSIGN_(?:DOCKER_MEDIA_TYPES|EXPERIMENTAL|MAX_ATTACHMENT_SIZE|PASSWORD|PKCS11_\w+)$)/;

suite('the environment', () => {
  const lab = useLab('distribution v3');

  async function refuses(command: string, variable: string, flags = ''): Promise<boolean> {
    const { exit, stderr } = await lab()
      .tagwarden.with({ [variable]: 'true' })
      .inProcess(command, ...words(flags), NOWHERE);
    return exit === 64 && stderr.includes(`the environment has ${variable}, which cosign obeys`);
  }

  it.each(COMMANDS)(
    'that cosign reads a flag of %s from is refused, or is harmless',
    async (command) => {
      for (const { long } of await allFlags(lab().cosign, command)) {
        const variable = `COSIGN_${long.toUpperCase().replaceAll('-', '_')}`;
        const refused = await refuses(command, variable);
        expect({ variable, refused }).toEqual({ variable, refused: !HARMLESS.includes(variable) });
      }
    },
  );

  it('that cosign lists is refused, or has nothing to do with verification', async () => {
    const { stdout } = await lab().cosign.run('env', '--show-descriptions=false');
    const variables = [...stdout.matchAll(/^([A-Z][A-Z0-9_]+)=/gm)].map(([, name = '']) => name);
    expect(variables.length).toBeGreaterThan(20);
    for (const variable of variables) {
      const refused = await refuses('verify', variable);
      expect({ variable, refused }).toEqual({
        variable,
        refused: !NOT_OF_VERIFICATION.test(variable),
      });
    }
  });

  it('does not matter to cosign for a flag that is given, nor to us', async () => {
    expect(await refuses('verify', 'COSIGN_KEY', '--key ours.pub')).toBe(false);
    expect(await refuses('verify', 'COSIGN_TYPE')).toBe(true);
    expect(await refuses('verify-attestation', 'COSIGN_TYPE', '--type custom')).toBe(false);
  });
});
