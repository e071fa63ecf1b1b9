import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { digestOf } from '../../lambda/domain/digest.ts';
import { IDENTITY, ISSUER } from '../support/sigstore/bench.ts';
import {
  FileBench,
  shallVerify,
  VECTORS,
  type VectorFiles,
} from '../support/sigstore/conformance/index.ts';
import { Cosign } from './cosign.ts';
import { RELEASE } from './images.ts';
import { suite, useLab } from './parity.ts';
import { findPeers, type Peers } from './peers.ts';
import { Tagwarden } from './tagwarden.ts';
import { words } from './words.ts';

const IDENTITY_FLAGS = [
  ...['--certificate-identity', IDENTITY],
  ...['--certificate-oidc-issuer', ISSUER],
];

suite("bundles over files, by the names of Sigstore's conformance suite", () => {
  let folder: string;
  let bench: FileBench;
  let cosign: Cosign;
  let tagwarden: Tagwarden;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tagwarden-interop-'));
    bench = await FileBench.start();
    cosign = new Cosign((findPeers() as Peers).cosign, folder, bench.sigstore.url);
    tagwarden = new Tagwarden(folder);
  });
  afterAll(async () => {
    await bench.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Writes the files of a vector. @returns the flags that both programs take */
  async function write(files: VectorFiles): Promise<readonly string[]> {
    const { bundle, file = bench.file, root = bench.root(), key, both } = files;
    await writeFile(join(folder, 'a.txt'), file);
    await writeFile(join(folder, 'root.json'), root);
    const bytes = bundle instanceof Buffer ? bundle : JSON.stringify(bundle);
    await writeFile(join(folder, 'bundle.json'), bytes);
    if (key !== undefined) await writeFile(join(folder, 'key.pub'), key);
    return [
      ...['--bundle', 'bundle.json', '--trusted-root', 'root.json'],
      ...(key === undefined ? [] : ['--key', 'key.pub']),
      ...(key === undefined || both ? IDENTITY_FLAGS : []),
    ];
  }

  it.each(VECTORS)('$name', async (vector) => {
    const files = await vector.build(bench);
    const flags = await write(files);
    const expected = shallVerify(vector) ? 'verified' : 'refused';
    const { bundle } = files;
    const stamped = 'mediaType' in bundle && bundle.verificationMaterial.timestampVerificationData;
    const more = stamped ? ['--use-signed-timestamps'] : [];
    const theirs = await cosign.run('verify-blob', ...flags, ...more, 'a.txt');
    const ours = await tagwarden.inProcess('verify-bundle', ...flags, 'a.txt');
    const digest = digestOf(files.file ?? bench.file);
    const byDigest = await tagwarden.inProcess('verify-bundle', ...flags, digest);
    const verdictOf = ({ exit }: { exit: number }) => (exit === 0 ? 'verified' : 'refused');
    const said = `${theirs.stderr}${ours.stdout}${ours.stderr}`;
    expect([verdictOf(theirs), verdictOf(ours), verdictOf(byDigest), said]).toEqual([
      vector.cosign ?? expected,
      expected,
      expected,
      said,
    ]);
    expect([0, 1, 64, 65]).toContain(ours.exit);
  });

  it('is the protocol of the suite, in a process of its own', async () => {
    const flags = await write({ bundle: await bench.message() });
    expect((await tagwarden.run('verify-bundle', ...flags, 'a.txt')).exit).toBe(0);
    await writeFile(join(folder, 'a.txt'), 'another file');
    expect((await tagwarden.run('verify-bundle', ...flags, 'a.txt')).exit).toBe(1);
    expect((await tagwarden.run('verify-bundle', ...flags, 'none.txt')).exit).toBe(66);
  });
});

const RELEASE_FLAGS = [
  ...['--certificate-identity', RELEASE.identity],
  ...['--certificate-oidc-issuer', RELEASE.issuer],
];

/** What the real cosign writes beside a file, in each way that it can. */
const SIGNED: readonly (readonly [name: string, sign: string, flags: readonly string[]])[] = [
  ['keyless in the v1 log', 'sign-blob --signing-config v1.json', RELEASE_FLAGS],
  ['keyless in the v1 log, stamped', 'sign-blob --signing-config v1-timestamp.json', RELEASE_FLAGS],
  ['keyless in the v2 log', 'sign-blob --signing-config v2.json', RELEASE_FLAGS],
  ['key in the v1 log', 'sign-blob --signing-config v1.json --key ours.key', ['--key', 'ours.pub']],
  ['key in the v2 log', 'sign-blob --signing-config v2.json --key ours.key', ['--key', 'ours.pub']],
  ['attested in the v1 log', 'attest-blob --signing-config v1.json', RELEASE_FLAGS],
  ['attested in the v2 log', 'attest-blob --signing-config v2.json', RELEASE_FLAGS],
];

suite('bundles that the real cosign wrote', () => {
  const lab = useLab('our registry double with referrers');

  it.each(SIGNED)('%s', async (_name, sign, flags) => {
    const { cosign, tagwarden } = lab();
    const [command = '', ...how] = words(sign);
    await writeFile(join(cosign.folder, 'a.txt'), 'a release');
    await writeFile(join(cosign.folder, 'b.txt'), 'another release');
    const token = how.includes('--key') ? [] : ['--identity-token', 'release.jwt'];
    const statement = command === 'attest-blob' ? ['--predicate', 'predicate.json'] : [];
    const written = ['--trusted-root', 'root.json', '--bundle', 'a.json', '-y', 'a.txt'];
    const made = await cosign.run(command, ...how, ...token, ...statement, ...written);
    expect([made.exit, made.stderr]).toEqual([0, made.stderr]);
    const verify = (file: string) =>
      tagwarden.inProcess(
        ...['verify-bundle', '--bundle', 'a.json', '--trusted-root', 'root.json', ...flags, file],
      );
    expect(await verify('a.txt')).toMatchObject({ exit: 0 });
    expect(await verify(digestOf(Buffer.from('a release')))).toMatchObject({ exit: 0 });
    expect(await verify('b.txt')).toMatchObject({ exit: 1 });
  });
});
