import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Server, startServer } from './process.ts';
import { Tagwarden } from './tagwarden.ts';

/** Images signed with the production Sigstore: not ours to ship, so they lie beside the project or nowhere. */
const IMAGES = join(import.meta.dirname, '../../../shared/data/real-images');

const suite = existsSync(IMAGES) ? describe : describe.skip;
if (suite === describe.skip)
  process.stderr.write(`interop: no real images in ${IMAGES}: skipped\n`);

const KEYLESS = 'securesystemsengineering/testimage:keyless';
const ALICE = 'securesystemsengineering/testimage:multi-cosigned-alice';
const THREE = 'securesystemsengineering/testimage:multi-cosigned-alice-bob-charlie';
const WORKFLOW =
  'real/16138f00@sha256:c05263d2ff654c3a94243662440913f045075d59c436e2c69e9145ec2b87a321';
const SERVICE =
  'real/31760b44@sha256:5ce2d8cd8e366d76ce012edc346daeb15a5643c26b9b24a2b731e97a99c6de52';
const PERSON =
  'real/291dab9a@sha256:d454b76c23edb9f9abf0541257dc0e92ee9c16df25d4676ec0946f6beae12ef5';

const GITHUB = 'https://github.com/login/oauth';
const ACTIONS = 'https://token.actions.githubusercontent.com';
const GOOGLE = 'https://accounts.google.com';

/** What the real cosign 3.1.3 says of each, with Sigstore's public-good trusted root. */
const ROWS: readonly (readonly [image: string, flags: string, exit: number])[] = [
  [KEYLESS, by('philipp.belitz@securesystems.de', GITHUB), 0],
  [KEYLESS, by('philipp.belitz@securesystems.example', GITHUB), 12],
  [KEYLESS, by('philipp.belitz@securesystems.de', GOOGLE), 12],
  [WORKFLOW, by(workflow('refs/tags/v0.0.30'), ACTIONS), 0],
  [WORKFLOW, by(workflow('refs/tags/v0.0.3'), ACTIONS), 12],
  [WORKFLOW, by(workflow('refs/tags/v0.0.30'), GITHUB), 12],
  [SERVICE, by('cosign@cosign-test-bazel-1-384518.iam.gserviceaccount.com', GOOGLE), 0],
  [SERVICE, by('cosign@cosign-test-bazel-1.iam.gserviceaccount.com', GOOGLE), 12],
  [PERSON, by('salrashid123@gmail.com', GITHUB), 0],
  [PERSON, by('salrashid@gmail.com', GITHUB), 12],
  [ALICE, key('alice'), 0],
  [ALICE, key('bob'), 12],
  [THREE, key('bob'), 0],
  [THREE, key('charlie'), 0],
  [THREE, key('default'), 12],
  ['securesystemsengineering/testimage:co-unsigned', key('alice'), 10],
];

suite('images signed with the production Sigstore', () => {
  let server: Server;
  let folder: string;
  let tagwarden: Tagwarden;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tagwarden-real-'));
    tagwarden = new Tagwarden(folder);
    server = await startServer([process.execPath, join(IMAGES, 'serve.mjs')], /listening (\d+)/);
  });

  afterAll(async () => {
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it.each(ROWS)('%s, %s: %i', async (image, flags, exit) => {
    const outcome = await tagwarden.verify(`127.0.0.1:${server.announced}/${image}`, flags);
    expect(outcome).toMatchObject({ exit });
  });

  it('takes a baseline of its tags, each with its verdict', async () => {
    const name = `127.0.0.1:${server.announced}/securesystemsengineering/testimage`;
    await writeFile(join(folder, 'watchlist.yaml'), watchlistOf(name));
    expect(await tagwarden.run('scan', '-f', 'watchlist.yaml')).toMatchObject({ exit: 0 });
    // A second look finds everything as it was: the event of each tag is still its first.
    expect(await tagwarden.run('scan')).toMatchObject({ exit: 0 });
    const rows: readonly Status[] = JSON.parse(
      (await tagwarden.run('status', '-o', 'json')).stdout,
    );
    expect(rows.map(({ tag, event, verdicts }) => [tag, event, verdicts[0]?.verdict])).toEqual([
      [`${name}:co-unsigned`, `${name}:co-unsigned#1`, 'not-required'],
      [`${name}:keyless`, `${name}:keyless#1`, 'verified'],
      [`${name}:multi-cosigned-alice`, `${name}:multi-cosigned-alice#1`, 'rejected'],
    ]);
  });
});

interface Status {
  readonly tag: string;
  readonly event: string;
  readonly verdicts: readonly { readonly verdict: string }[];
}

function watchlistOf(name: string): string {
  return `
version: 1
policies:
  person:
    signedBy: [{identity: philipp.belitz@securesystems.de, issuer: ${GITHUB}}]
watch:
  - {image: "${name}:keyless", policy: person}
  - {image: "${name}:multi-cosigned-alice", policy: person}
  - {image: "${name}:co-unsigned", policy: none}
`;
}

function by(identity: string, issuer: string): string {
  return `--certificate-identity ${identity} --certificate-oidc-issuer ${issuer}`;
}

function workflow(ref: string): string {
  return `https://github.com/salrashid123/go-bazel-github-workflow/.github/workflows/release.yaml@${ref}`;
}

function key(name: string): string {
  return `--key ${join(IMAGES, 'keys', `${name}.key`)} --insecure-ignore-tlog`;
}
