import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { loadCaptured, type RegistryDouble, startRegistry } from '../support/registry/index.ts';
import { type Command, Judges } from './judges.ts';
import { suite } from './parity.ts';
import { findPeers, type Peers } from './peers.ts';

/** What the real cosign left in a registry, of versions and options that the suite does not run. */
const CAPTURED = join(import.meta.dirname, '../fixtures/cosign');
const NAMES = readdirSync(CAPTURED, { withFileTypes: true }).filter((file) => file.isDirectory());
const FILES = readdirSync(CAPTURED).filter((name) => /\.pub$|trusted_root\.json$/.test(name));
const DIGESTS: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(join(CAPTURED, 'image-digests.json'), 'utf8'),
);

const WORKFLOW = 'https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main';
const ROOT = '--trusted-root keyless-trusted_root.json';
const by = (identity: string) =>
  `${ROOT} --certificate-oidc-issuer https://token.actions.githubusercontent.com --certificate-identity ${identity}`;

const UNLOGGED = '--insecure-ignore-tlog';
const KEYLESS = [
  by(WORKFLOW),
  by(`${WORKFLOW}-evil`),
  by('someone-else@example.com'),
  `${by(WORKFLOW)} --use-signed-timestamps`,
  `${by(WORKFLOW)} ${UNLOGGED}`,
];

/** Each of them is signed by one key: that one, with each hash, and two others. */
function flagsFor(name: string): string[] {
  const [own] = /^keytype-[a-z0-9]+/.exec(name) ?? ['cosign'];
  const hashes = ['sha256', 'sha384', 'sha512'].map(
    (hash) => `--key ${own}.pub ${UNLOGGED} --signature-digest-algorithm ${hash}`,
  );
  const keys = ['cosign', 'other', own].map((key) => `--key ${key}.pub`);
  return [
    ...new Set(keys.flatMap((key) => [`${key} ${UNLOGGED}`, `${key} ${ROOT}`])),
    ...(own === 'cosign' ? [] : hashes),
    ...KEYLESS,
  ];
}

interface Question {
  readonly reference: string;
  readonly flags: string;
}

/** By its tag everything that is there to ask, and something of a child, of another type, of no tag. */
function questionsAbout(name: string, command: Command): Question[] {
  const [tag, child, missing] = [`${name}:v1`, `${name}@${DIGESTS.amd64}`, `${name}:nope`];
  const all = flagsFor(name);
  const some = all.filter((flags) => flags === all[0] || flags === KEYLESS[0]);
  const of = (reference: string, each: readonly string[], type: string) =>
    each.map((flags) => ({ reference, flags: `${flags} ${type}` }));
  const type = command === 'verify' ? '' : '--type custom';
  return [
    ...of(tag, all, type),
    ...of(child, some, type),
    ...of(missing, some, type),
    ...(command === 'verify' ? [] : of(tag, some, '--type slsaprovenance')),
  ];
}

suite('captured images', () => {
  let registry: RegistryDouble;
  let judges: Judges;

  beforeAll(async () => {
    // It answers for referrers what the registry answered of which they were captured.
    registry = await startRegistry();
    judges = await Judges.open(findPeers() as Peers);
    for (const file of FILES) await judges.put(file, readFileSync(join(CAPTURED, file)));
    for (const { name } of NAMES) loadCaptured(registry, name, join(CAPTURED, name));
  });
  afterAll(async () => {
    await judges?.close();
    await registry?.close();
  });

  const rows = NAMES.flatMap(({ name }) =>
    (['verify', 'verify-attestation'] as const).map((command) => [command, name] as const),
  );

  it.each(rows)('%s says of %s what cosign says', async (command, name) => {
    const [cosign, ours]: Record<string, number>[] = [{}, {}];
    for (const { reference, flags } of questionsAbout(name, command)) {
      const said = await judges.judge(command, flags, `${registry.host}/${reference}`);
      Object.assign(cosign ?? {}, { [`${flags} ${reference}`]: said.cosign });
      Object.assign(ours ?? {}, { [`${flags} ${reference}`]: said.ours });
    }
    expect(ours).toEqual(cosign);
  });
});
