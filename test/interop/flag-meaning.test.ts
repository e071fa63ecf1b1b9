import { describe, expect, it } from '@jest/globals';
import { allFlags } from './flags-of-cosign.ts';
import { attested, BUNDLE, copied, image, LEGACY, RELEASE as SIGNER } from './images.ts';
import { OLD, RELEASE, V1, V1_AND_TIMESTAMP } from './keyless-images.ts';
import { suite, useLab } from './parity.ts';
import type { Outcome } from './process.ts';
import { words } from './words.ts';

const IMAGES = {
  logged: image(`${V1} ${RELEASE}`),
  stamped: image(`${V1_AND_TIMESTAMP} ${RELEASE}`),
  'old keyless': image(`${OLD} ${RELEASE}`),
  annotated: image(`--key ours.key ${BUNDLE} -a stage=prod`),
  unlogged: image(`--key ours.key ${BUNDLE}`),
  'old unlogged': image(`--key ours.key ${LEGACY}`),
  'copied from another image': copied(`--key ours.key ${LEGACY}`),
  'logged attestation': attested(`${V1} ${RELEASE}`),
  'stamped attestation': attested(`${V1_AND_TIMESTAMP} ${RELEASE}`),
  'unlogged attestation': attested(`--key ours.key ${BUNDLE}`),
  'old unlogged attestation': attested(`--key ours.key ${LEGACY}`),
};
type Name = keyof typeof IMAGES;

const ROOT = '--trusted-root root.json';
const IDENTITY = `--certificate-identity ${SIGNER.identity}`;
const ISSUER = `--certificate-oidc-issuer ${SIGNER.issuer}`;
const KEYLESS = `${ROOT} ${IDENTITY} ${ISSUER}`;
const KEY = '--key ours.pub';
const NO_LOG = '--insecure-ignore-tlog';

/** By flag: an image, flags under which it is verified, and flags under which it is not. */
const EFFECTS: Readonly<Record<string, readonly [of: Name, good: string, bad: string]>> = {
  key: ['unlogged', `${NO_LOG} ${KEY}`, `${NO_LOG} --key other.pub`],
  'certificate-identity': ['logged', KEYLESS, `${ROOT} ${IDENTITY}-evil ${ISSUER}`],
  'certificate-identity-regexp': [
    'logged',
    `${ROOT} --certificate-identity-regexp acme/app ${ISSUER}`,
    `${ROOT} --certificate-identity-regexp ^acme/app ${ISSUER}`,
  ],
  'certificate-oidc-issuer': ['logged', KEYLESS, `${ROOT} ${IDENTITY} ${ISSUER}.evil`],
  'certificate-oidc-issuer-regexp': [
    'logged',
    `${ROOT} ${IDENTITY} --certificate-oidc-issuer-regexp ^https://token`,
    `${ROOT} ${IDENTITY} --certificate-oidc-issuer-regexp ^token`,
  ],
  ...Object.fromEntries(
    Object.entries({
      trigger: ['push', 'schedule'],
      sha: ['0'.repeat(40), '1'.repeat(40)],
      name: ['release', 'deploy'],
      repository: ['acme/app', 'acme/other'],
      ref: ['refs/heads/main', 'refs/heads/evil'],
    }).map(([claim, [good, bad]]) => {
      const flag = `certificate-github-workflow-${claim}`;
      return [
        flag,
        ['logged', `${KEYLESS} --${flag} ${good}`, `${KEYLESS} --${flag} ${bad}`],
      ] as const;
    }),
  ),
  'trusted-root': ['logged', KEYLESS, `--trusted-root other-root.json ${IDENTITY} ${ISSUER}`],
  'insecure-ignore-tlog': [
    'unlogged',
    `${ROOT} ${KEY} ${NO_LOG}`,
    `${ROOT} ${KEY} ${NO_LOG}=false`,
  ],
  'private-infrastructure': [
    'unlogged',
    `${ROOT} ${KEY} --private-infrastructure`,
    `${ROOT} ${KEY} --private-infrastructure=false`,
  ],
  'use-signed-timestamps': [
    'logged',
    `${KEYLESS} --use-signed-timestamps=false`,
    `${KEYLESS} --use-signed-timestamps`,
  ],
  'new-bundle-format': [
    'unlogged',
    `${KEY} ${NO_LOG} --new-bundle-format`,
    `${KEY} ${NO_LOG} --new-bundle-format=false`,
  ],
  'signature-digest-algorithm': [
    'old unlogged',
    `${KEY} ${NO_LOG} --signature-digest-algorithm sha256`,
    `${KEY} ${NO_LOG} --signature-digest-algorithm sha512`,
  ],
  annotations: [
    'annotated',
    `${KEY} ${NO_LOG} --annotations stage=prod`,
    `${KEY} ${NO_LOG} --annotations stage=dev`,
  ],
  type: ['unlogged attestation', `${KEY} ${NO_LOG} --type custom`, `${KEY} ${NO_LOG} --type spdx`],
};

/** Taken, and no verdict depends on them: how the registry is reached, and how the result is shown. */
const NO_EFFECT = [
  ...['help', 'output', 'offline', 'max-workers', 'allow-http-registry', 'allow-insecure-registry'],
  ...['registry-username', 'registry-password'],
];

suite('the meaning of flags', () => {
  const lab = useLab('distribution v3');

  async function judge(command: string, name: Name, flags: string) {
    const reference = await lab().push(IMAGES[name]);
    const cosign = await lab().cosign.run(command, ...words(flags), reference);
    const tagwarden = await lab().tagwarden.inProcess(command, ...words(flags), reference);
    return { cosign: cosign.exit, tagwarden: tagwarden.exit, said: saidBy(cosign, tagwarden) };
  }

  describe.each(['verify', 'verify-attestation'])('of %s', (command) => {
    const of = (name: Name) => (command === 'verify' ? name : attestationLike(name));

    it('is cosign’s, for every flag that is taken', async () => {
      const own = await allFlags(lab().cosign, command);
      for (const { long } of own) {
        const [name, good, bad] = EFFECTS[long] ?? [];
        if (name === undefined || good === undefined || bad === undefined) {
          const form = `--${long}=true`;
          const { exit } = await lab().tagwarden.inProcess(command, form, '127.0.0.1:9/nothing:1');
          expect({ long, exit }).toEqual({ long, exit: NO_EFFECT.includes(long) ? exit : 64 });
          continue;
        }
        const verified = await judge(command, of(name), good);
        expect({ long, ...verified }).toMatchObject({ long, cosign: 0, tagwarden: 0 });
        const { cosign, tagwarden, said } = await judge(command, of(name), bad);
        expect({ long, tagwarden, said }).toMatchObject({ long, tagwarden: cosign });
        expect(cosign).not.toBe(0);
      }
    }, 300_000);
  });

  it.each([
    ['', 0],
    ...['1', 't', 'T', 'true', 'TRUE', 'True'].map((form) => [`=${form}`, 0] as const),
    ...['0', 'f', 'F', 'false', 'FALSE', 'False'].map((form) => [`=${form}`, 1] as const),
    ['=false --insecure-ignore-tlog', 0],
    [' --insecure-ignore-tlog=false', 1],
  ] as const)('is that of Go for --insecure-ignore-tlog%s: %i', async (form, exit) => {
    expect(await judge('verify', 'unlogged', `${ROOT} ${KEY} ${NO_LOG}${form}`)).toMatchObject({
      cosign: exit,
      tagwarden: exit,
    });
  });

  it.each(['=', '=yes', '=tRUE', '=2', ' true', ' false'])(
    'is none for --insecure-ignore-tlog%s',
    async (form) => {
      const found = await judge('verify', 'unlogged', `${KEY} ${NO_LOG}${form}`);
      expect(found).toMatchObject({ cosign: expect.any(Number), tagwarden: 64 });
      expect(found.cosign).not.toBe(0);
    },
  );
});

/** What cosign makes of flags that contradict each other, or that leave out what a signature is for. */
const RISKY: readonly (readonly [of: Name, flags: string, cosign: number])[] = [
  ['unlogged', `${KEY} ${NO_LOG} ${IDENTITY}`, 1],
  ['unlogged', `${KEY} ${NO_LOG} --certificate-identity-regexp nobody`, 1],
  ['unlogged', `${KEY} ${NO_LOG} ${ISSUER}.evil`, 0],
  ['unlogged', `${KEY} ${NO_LOG} --certificate-oidc-issuer-regexp nobody`, 0],
  ['unlogged', `${KEY} ${NO_LOG} --certificate-github-workflow-ref refs/heads/evil`, 0],
  ['old unlogged', `${KEY} ${NO_LOG} --certificate-github-workflow-sha 0`, 0],
  ['logged', `${KEYLESS} --certificate-identity-regexp nobody`, 1],
  ['old keyless', `${KEYLESS} --certificate-identity-regexp nobody`, 1],
  ['logged', `${KEYLESS} --certificate-oidc-issuer-regexp nobody`, 1],
  ['old keyless', `${KEYLESS} --certificate-oidc-issuer-regexp nobody`, 12],
  ['logged', `${ROOT} ${IDENTITY} ${ISSUER}.evil --certificate-oidc-issuer-regexp token`, 1],
  ['old keyless', `${ROOT} ${IDENTITY} ${ISSUER}.evil --certificate-oidc-issuer-regexp token`, 0],
  ['logged', `${ROOT} ${IDENTITY}-evil --certificate-identity-regexp acme ${ISSUER}`, 1],
  ['old keyless', `${ROOT} ${IDENTITY}-evil --certificate-identity-regexp acme ${ISSUER}`, 1],

  ['copied from another image', `${KEY} ${NO_LOG} --check-claims=false`, 0],
  ['unlogged', `${KEY} ${NO_LOG} --check-claims`, 0],
  ['unlogged', `-key ours.pub ${NO_LOG}`, 0],
  ['annotated', `${KEY} ${NO_LOG} -annotations=stage=prod`, 0],
  ['annotated', `${KEY} ${NO_LOG} --a stage=prod`, 0],
  ['annotated', `${KEY} ${NO_LOG} -a "stage=prod"`, 0],
  ['logged', `${KEYLESS} --signature-digest-algorithm sha512`, 0],
  ['unlogged', `${KEY} ${NO_LOG} --max-workers=0`, 1],
  ['unlogged', `${KEY} ${NO_LOG} --offline=false`, 0],
  ['unlogged', NO_LOG, 1],
  ['logged', `${ROOT} ${IDENTITY}`, 1],
  ['logged', `${ROOT} ${ISSUER}`, 1],
];

suite('flags that contradict each other', () => {
  const lab = useLab('distribution v3');

  it.each(RISKY)('are refused, whatever cosign makes of %s, %s: %i', async (name, flags, exit) => {
    const reference = await lab().push(IMAGES[name]);
    const cosign = await lab().cosign.run('verify', ...words(flags), reference);
    const tagwarden = await lab().tagwarden.inProcess('verify', ...words(flags), reference);
    const said = saidBy(cosign, tagwarden);
    const found = { cosign: cosign.exit, tagwarden: tagwarden.exit, said };
    expect(found).toMatchObject({ cosign: exit, tagwarden: 64 });
    expect(tagwarden.stdout).toBe('');
  });

  it.each<[name: Name, flags: string, without: number, env: Record<string, string>, exit: number]>([
    ['unlogged', NO_LOG, 1, { COSIGN_KEY: 'ours.pub' }, 0],
    ['unlogged', `${ROOT} ${KEY}`, 1, { COSIGN_INSECURE_IGNORE_TLOG: 'true' }, 0],
    ['copied from another image', `${KEY} ${NO_LOG}`, 12, { COSIGN_CHECK_CLAIMS: 'false' }, 0],
    ['unlogged', `${KEY} ${NO_LOG}`, 0, { COSIGN_ANNOTATIONS: 'stage=prod' }, 1],
    ['unlogged', `${KEY} ${NO_LOG}`, 0, { COSIGN_REPOSITORY: 'localhost:1/elsewhere' }, 1],
    ['logged', `${KEYLESS}`, 0, { COSIGN_KEY: 'other.pub' }, 1],
  ])(
    'may come from the environment: %s, %s: %i, with %j: %i',
    async (name, flags, without, env, exit) => {
      const reference = await lab().push(IMAGES[name]);
      const args = ['verify', ...words(flags), reference];
      const plain = await lab().cosign.run(...args);
      const cosign = await lab().cosign.runIn(env, ...args);
      expect([plain.exit, cosign.exit]).toEqual([without, exit]);
      const tagwarden = await lab()
        .tagwarden.with(env)
        .inProcess(...args);
      expect(tagwarden).toMatchObject({
        exit: 64,
        stdout: '',
        stderr: expect.stringContaining(Object.keys(env)[0] ?? ''),
      });
    },
  );

  it('are refused for two images, of which cosign says one verdict', async () => {
    const [one, two] = [await lab().push(IMAGES.unlogged), await lab().push(IMAGES.annotated)];
    const args = ['verify', ...words(`${KEY} ${NO_LOG}`), one, two];
    expect(await lab().cosign.run(...args)).toMatchObject({ exit: 0 });
    expect(await lab().tagwarden.inProcess(...args)).toMatchObject({ exit: 64, stdout: '' });
  });
});

function attestationLike(name: Name): Name {
  if (name.endsWith('attestation')) return name;
  if (name === 'old unlogged') return 'old unlogged attestation';
  return name === 'logged' ? 'logged attestation' : 'unlogged attestation';
}

function saidBy(cosign: Outcome, tagwarden: Outcome): string {
  return cosign.stderr + tagwarden.stdout + tagwarden.stderr;
}
