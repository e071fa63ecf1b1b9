import { readFileSync } from 'node:fs';
import { RELEASE } from '../images.ts';
import type { Command } from '../judges.ts';
import type { Content } from './content.ts';
import { FIXTURE, type FixtureJson, fromJson } from './fixture.ts';

/** A good image, and how it is verified. */
export interface Exhibit {
  readonly name: string;
  readonly command: Command;
  /** `{root}` stands for the file of the trusted root. */
  readonly flags: string;
  readonly content: Content;
}

const FIXTURES: FixtureJson = JSON.parse(readFileSync(FIXTURE, 'utf8'));

export const KEYS = FIXTURES.keys;
export const OTHER_ROOT = Buffer.from(FIXTURES.otherRoot);

/** Every recorded image by name, the good ones and those that an attacker transplants from. */
export const RECORDED: ReadonlyMap<string, Content> = new Map(
  Object.entries(FIXTURES.images).map(([name, json]) => [name, fromJson(json, FIXTURES.root)]),
);

const KEY = '--key ours.pub --insecure-ignore-tlog';
const LOGGED_KEY = '--key ours.pub --trusted-root {root}';
const KEYLESS =
  '--trusted-root {root} ' +
  `--certificate-identity ${RELEASE.identity} --certificate-oidc-issuer ${RELEASE.issuer}`;

const ATTESTATION = 'verify-attestation';

type Row = readonly [name: string, flags: string, command?: Exhibit['command']];

const ROWS: readonly Row[] = [
  ['key bundle', KEY],
  ['key bundle, annotated', `${KEY} -a stage=prod`],
  ['key bundle in the v1 log', LOGGED_KEY],
  ['key bundle in the v2 log', LOGGED_KEY],
  ['key legacy', KEY],
  ['key legacy, annotated', `${KEY} -a stage=prod`],
  ['key legacy in the log', LOGGED_KEY],
  ['v1 bundle', KEYLESS],
  ['v1 bundle with timestamp', KEYLESS],
  ['v1 bundle with timestamp', `${KEYLESS} --use-signed-timestamps`],
  ['v2 bundle', KEYLESS],
  ['keyless legacy', KEYLESS],
  ['keyless legacy with timestamp', `${KEYLESS} --use-signed-timestamps`],
  ['key attestation bundle', `${KEY} --type custom`, ATTESTATION],
  ['key attestation legacy', `${KEY} --type custom`, ATTESTATION],
  ['v1 attestation bundle', `${KEYLESS} --type custom`, ATTESTATION],
  ['v2 attestation bundle', `${KEYLESS} --type custom`, ATTESTATION],
  ['keyless attestation legacy', `${KEYLESS} --type custom`, ATTESTATION],
  [
    'keyless attestation legacy, v0.2 provenance',
    `${KEYLESS} --type slsaprovenance02`,
    ATTESTATION,
  ],
  ['v1 attestation bundle', KEYLESS],
];

/** What the mutations start from: all of these verify. */
export const EXHIBITS: readonly Exhibit[] = ROWS.map(([name, flags, command = 'verify']) => {
  const content = RECORDED.get(name);
  if (content === undefined) throw new Error(`there is no recorded image ${name}`);
  return { name, command, flags, content };
});
