import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Digest } from '../../lambda/domain/digest.ts';
import { findDebianRegistry } from './debian.ts';
import { type Login, PUBLIC, startGuarded, USER } from './guarded-registries.ts';
import { findPeers } from './peers.ts';
import { type Fill, ProbeLab } from './probe-lab.ts';
import { REGISTRIES, type RunningRegistry } from './registries.ts';
import { digestOf, Repository } from './repository.ts';

const peers = findPeers();
const debian = findDebianRegistry();

const INDEX = 'application/vnd.oci.image.index.v1+json';

interface Server {
  readonly name: string;
  readonly login: Login;
  readonly start: (fill: Fill) => Promise<RunningRegistry>;
  /** Whether it offers the referrers API. */
  readonly referrers: boolean;
  /** What it says of a repository that is not there. */
  readonly unknown: string;
}

const LOGINS: readonly Login[] = ['no login', 'htpasswd', 'tokens'];

function guarded(name: string, program: string): Server[] {
  return LOGINS.map((login) => ({
    ...{ name, login, referrers: false, unknown: 'MANIFEST_UNKNOWN' },
    start: (fill) => startGuarded(program, login, fill),
  }));
}

function open(name: keyof typeof REGISTRIES, referrers: boolean): Server {
  const start = async (fill: Fill) => {
    if (peers === undefined) throw new Error('no peers');
    const registry = await REGISTRIES[name](peers);
    await fill((repository) => new Repository(registry.host, repository));
    return registry;
  };
  return { name, login: 'no login', start, referrers, unknown: 'NAME_UNKNOWN' };
}

const SERVERS: readonly Server[] =
  peers === undefined
    ? []
    : [
        ...guarded('distribution v3', peers.registry),
        ...(debian === undefined ? [] : guarded('docker-registry 2.8.2 (Debian)', debian)),
        open('crane registry serve', false),
        open('go-containerregistry with referrers', true),
      ];

const suite = peers === undefined ? describe.skip : describe;

suite.each(SERVERS)('$name with $login', ({ start, login, referrers, unknown }) => {
  const lab = new ProbeLab();
  beforeAll(() => lab.start(start, login));
  afterAll(() => lab.stop());

  it('tells the digest of a tag by HEAD, and proves it by GET', async () => {
    for (const { digest, mediaType } of [lab.image, lab.index]) {
      const tag = mediaType === INDEX ? 'index' : 'image';
      expect(await lab.client().headManifest(lab.at, tag)).toEqual({
        kind: 'found',
        digest,
        mediaType,
      });
      const found = await lab.client().getManifest(lab.at, tag);
      expect(found).toMatchObject({ kind: 'found', digest, mediaType });
      expect(found.kind === 'found' && digestOf(found.bytes)).toBe(digest);
    }
    expect(await lab.client().headManifest(lab.at, lab.image.digest)).toMatchObject({
      kind: 'found',
    });
  });

  it('says in the words of OCI that a tag or a repository is not there', async () => {
    const missing = { kind: 'missing', oci: true };
    expect(await lab.client().headManifest(lab.at, 'none')).toMatchObject(missing);
    const none = { ...lab.at, repository: 'probe/none' };
    expect(await lab.client().headManifest(none, 'latest')).toMatchObject({
      ...missing,
      code: unknown,
    });
    expect((await lab.client().listTags(none)).kind).toBe('missing');
  });

  it('lists every tag of several pages', async () => {
    const listing = await lab.client().listTags({ ...lab.at, repository: PUBLIC });
    expect(listing).toMatchObject({ kind: 'found', complete: true });
    const tags = listing.kind === 'found' ? [...listing.tags].sort() : [];
    expect(tags).toEqual(lab.tags);
  });

  it('lists what is attached, and proves that there is nothing', async () => {
    const client = lab.client();
    const attached = await client.listReferrers(lab.at, lab.image.digest as Digest);
    expect(attached).toMatchObject({
      ...{ kind: 'found', via: referrers ? 'api' : 'tag', complete: true },
      // Not every registry says of what type it is.
      referrers: [{ mediaType: lab.image.mediaType }],
    });
    expect(await client.listReferrers(lab.at, lab.index.digest as Digest)).toMatchObject({
      ...{ kind: 'found', via: referrers ? 'api' : 'none', complete: true, referrers: [] },
    });
  });

  it('lets nobody in with a wrong password, or without one', async () => {
    const wrong = lab.client({ ...USER, password: 'wrong horse' });
    const denied = login === 'no login' ? { kind: 'found' } : { kind: 'denied', status: 401 };
    expect(await wrong.headManifest(lab.at, 'image')).toMatchObject(denied);
    expect(await lab.client(null).headManifest(lab.at, 'image')).toMatchObject(denied);
    const open = { ...lab.at, repository: PUBLIC };
    const found = { kind: login === 'htpasswd' ? 'denied' : 'found' };
    expect(await lab.client(null).headManifest(open, 't0000')).toMatchObject(found);
  });

  it('says the same to crane and to regctl', async () => {
    // crane asks no token server on loopback, whoever names it.
    const refusal = ['exit 1', expect.stringContaining('private or link-local address')];
    const byCrane = (lines: readonly unknown[]) => (login === 'tokens' ? refusal : lines);
    for (const tag of ['image', 'index']) {
      const reference = `${lab.at.registry}/${lab.at.repository}:${tag}`;
      const ours = await lab.client().headManifest(lab.at, tag);
      const digest = ours.kind === 'found' ? ours.digest : undefined;
      expect(await lab.crane('digest', reference)).toEqual(byCrane([digest]));
      expect(await lab.regctl('image', 'digest', reference)).toEqual([digest]);
    }
    const repository = `${lab.at.registry}/${lab.at.repository}`;
    const listing = await lab.client().listTags(lab.at);
    const tags = listing.kind === 'found' ? [...listing.tags].sort() : [];
    const listed = await lab.crane('ls', repository);
    expect(login === 'tokens' ? listed : listed.sort()).toEqual(byCrane(tags));
    expect((await lab.regctl('tag', 'ls', repository)).sort()).toEqual(tags);
  });
});

describe('the Debian registry', () => {
  const isExpected = debian !== undefined || peers === undefined;
  (isExpected ? it : it.skip)('is among those that were asked', () => {
    expect(SERVERS.filter(({ name }) => name.includes('Debian')).length > 0).toBe(
      debian !== undefined,
    );
  });
});
