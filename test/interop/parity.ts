import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Image } from './images.ts';
import { Lab } from './lab.ts';
import { findPeers, type Peers } from './peers.ts';
import type { Outcome } from './process.ts';
import { REGISTRIES } from './registries.ts';
import { words } from './words.ts';

/** One case: an image, the flags that both programs get (or a name for them), and the exit code that both must give. */
export type Row<Name extends string, Flags extends string = string> = readonly [
  image: Name,
  flags: Flags,
  exit: number,
];

export type RegistryName = keyof typeof REGISTRIES;

export const ALL_REGISTRIES = Object.keys(REGISTRIES) as readonly RegistryName[];

const peers = findPeers();

/** Without the peers there is nothing to compare with: skipped, which is reported, and never passed. */
export const suite = peers === undefined ? describe.skip : describe;

/** Has `cosign verify` and `tagwarden verify` judge every row, in each of the registries; `named` are sets of flags. */
export function compareVerify<Name extends string>(
  registries: readonly RegistryName[],
  images: Readonly<Record<Name, Image>>,
  rows: readonly Row<Name>[],
  named: Readonly<Record<string, string>> = {},
): void {
  compare('verify', registries, { images, rows, named });
}

/** The same of `verify-attestation`. */
export function compareVerifyAttestation<Name extends string>(
  registries: readonly RegistryName[],
  images: Readonly<Record<Name, Image>>,
  rows: readonly Row<Name>[],
  named: Readonly<Record<string, string>> = {},
): void {
  compare('verify-attestation', registries, { images, rows, named });
}

interface Comparison<Name extends string> {
  readonly images: Readonly<Record<Name, Image>>;
  readonly rows: readonly Row<Name>[];
  readonly named: Readonly<Record<string, string>>;
}

function compare<Name extends string>(
  command: 'verify' | 'verify-attestation',
  registries: readonly RegistryName[],
  { images, rows, named }: Comparison<Name>,
): void {
  suite.each(registries)(`${command} agrees with cosign about images in %s`, (registry) => {
    const lab = useLab(registry);
    it.each(rows)('%s, %s: %i', async (name, row, exit) => {
      const flags = words(named[row] ?? row);
      const reference = await lab().push(images[name]);
      const cosign = await lab().cosign.run(command, ...flags, reference);
      const ours = [command, '-o', 'json', ...flags, reference];
      const tagwarden = await lab().tagwarden.run(...ours);
      expectBoth(exit, cosign, tagwarden);
      expect(verdictOf(tagwarden)).toEqual({ verified: exit === 0, cosignExit: exit });
      expect(await lab().tagwarden.inProcess(...ours)).toEqual(tagwarden);
    });
  });
}

/** A lab for all tests of a `describe`; started before the first of them, ended after the last. */
export function useLab(registry: RegistryName): () => Lab {
  let lab: Lab | undefined;
  beforeAll(async () => {
    lab = await Lab.start(peers as Peers, REGISTRIES[registry]);
  });
  afterAll(() => lab?.stop());
  return () => lab as Lab;
}

function expectBoth(exit: number, cosign: Outcome, tagwarden: Outcome): void {
  const wrong = cosign.exit !== exit || tagwarden.exit !== exit;
  const said = wrong
    ? { cosign: cosign.stderr, tagwarden: tagwarden.stdout + tagwarden.stderr }
    : {};
  expect({ cosign: cosign.exit, tagwarden: tagwarden.exit, said }).toEqual({
    cosign: exit,
    tagwarden: exit,
    said: {},
  });
}

function verdictOf({ stdout }: Outcome): { verified: boolean; cosignExit: unknown } {
  const { verdict, cosignExit } = JSON.parse(stdout) as Record<string, unknown>;
  return { verified: verdict === 'verified', cosignExit };
}
