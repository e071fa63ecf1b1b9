import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TargetFile } from '@tufjs/models';
import { createQuietLogger } from '../../lambda/adapters/runtime/logger.ts';
import { requireWholeRoot } from '../../lambda/adapters/sigstore/index.ts';
import { createTufRepository } from '../../lambda/adapters/tuf/index.ts';
import type { RefreshDeps, RefreshReport } from '../../lambda/application/refresh-trust.ts';
import { refreshTrust } from '../../lambda/application/refresh-trust.ts';
import { PUBLIC_GOOD } from '../../lambda/domain/policy.ts';
import { DAY, plus } from '../../lambda/domain/time.ts';
import { startSigstore } from '../support/sigstore/index.ts';
import { startStore, type TestStore } from '../support/store/index.ts';
import { newKeys, RoleKey, TufDouble } from '../support/tuf/index.ts';

const NOW = '2026-03-19T03:00:00.000Z';
const TOMORROW = plus(NOW, DAY);

/** Sound trusted roots that differ. */
let roots: readonly [Uint8Array, Uint8Array, Uint8Array];
let database: TestStore;
beforeAll(async () => {
  database = await startStore();
  const made = await Promise.all([startSigstore(), startSigstore(), startSigstore()]);
  const [a, b, c] = made.map((sigstore) => Uint8Array.from(sigstore.trustedRoot()));
  await Promise.all(made.map((sigstore) => sigstore.close()));
  if (!a || !b || !c) throw new Error('no roots');
  roots = [a, b, c];
});
afterAll(() => database.close());

let tuf: TufDouble;
let name: string;
let tests = 0;
beforeEach(async () => {
  tests += 1;
  name = `${PUBLIC_GOOD}-${tests}`;
  tuf = await TufDouble.start(roots[0]);
});
afterEach(() => tuf.close());

function depsOf(change: Partial<RefreshDeps> = {}): RefreshDeps {
  return {
    trust: database.store.trust,
    log: createQuietLogger(),
    name,
    repository: createTufRepository({
      mirror: tuf.mirror,
      root: tuf.repository.firstRoot,
      deadlines: { answer: 400, total: 2_000 },
    }),
    requireSound: requireWholeRoot,
    ...change,
  };
}

/** A second client has no folder of the first: all it knows is in the store. */
const refresh = (now = NOW, change: Partial<RefreshDeps> = {}) => refreshTrust(depsOf(change), now);

async function inForce(): Promise<Uint8Array | undefined> {
  return database.store.trust.read(name);
}

describe('the refresh of a trusted root', () => {
  it('stores what the repository vouches for, and when it did', async () => {
    expect(await refresh()).toMatchObject({ kind: 'updated', version: 1, refreshedAt: NOW });
    expect(await inForce()).toEqual(roots[0]);
    expect(await database.store.trust.refreshedAt?.(name)).toBe(NOW);
  });

  it('confirms what has not changed, without asking for more than it has to', async () => {
    await refresh();
    tuf.asked.length = 0;
    expect(await refresh(TOMORROW)).toMatchObject({ kind: 'current', refreshedAt: TOMORROW });
    expect(await database.store.trust.refreshedAt?.(name)).toBe(TOMORROW);
    expect(tuf.asked.filter((path) => !path.startsWith('targets/'))).toEqual([
      '2.root.json',
      'timestamp.json',
    ]);
  });

  it('takes a new root', async () => {
    await refresh();
    tuf.repository.publish(roots[1]);
    expect(await refresh(TOMORROW)).toMatchObject({ kind: 'updated', version: 2 });
    expect(await inForce()).toEqual(roots[1]);
  });

  it('follows a rotation of all keys through several roots', async () => {
    await refresh();
    for (let rotation = 0; rotation < 3; rotation += 1) tuf.repository.publishRoot(newKeys());
    tuf.repository.publish(roots[1]);
    expect(await refresh(TOMORROW)).toMatchObject({ kind: 'updated', version: 2 });
    expect(await inForce()).toEqual(roots[1]);
  });

  it('goes on from a root that is newer than the shipped one', async () => {
    for (let rotation = 0; rotation < 2; rotation += 1) tuf.repository.publishRoot(newKeys());
    await refresh();
    tuf.asked.length = 0;
    await refresh(TOMORROW);
    expect(tuf.asked).not.toContain('2.root.json');
    expect(tuf.asked).toContain('4.root.json');
  });
});

interface Attack {
  readonly what: string;
  readonly reason: Extract<RefreshReport, { kind: 'failed' }>['reason'];
  readonly says: RegExp;
  readonly perform: () => unknown;
}

const attacks: readonly Attack[] = [
  {
    what: 'rollback: an older timestamp, genuine and not expired',
    reason: 'refused',
    says: /timestamp version 1 is less than current version 2/,
    perform: async () => {
      const old = tuf.repository.copy();
      tuf.repository.publish(roots[1]);
      await refresh();
      tuf.repository.serve(old);
    },
  },
  {
    what: 'rollback: an older snapshot under a new timestamp',
    reason: 'refused',
    says: /less than current version|does not match/,
    perform: async () => {
      const first = tuf.repository.file('1.snapshot.json');
      tuf.repository.publish(roots[1]);
      await refresh();
      tuf.repository.publish(roots[2]);
      tuf.repository.files.set('3.snapshot.json', first);
    },
  },
  {
    what: 'freeze: the same timestamp for ever',
    reason: 'refused',
    says: /timestamp.json is expired/,
    perform: () => tuf.repository.publishTimestamp({ expiresIn: { timestamp: -1_000 } }),
  },
  {
    what: 'freeze: an expired root',
    reason: 'refused',
    says: /root.json is expired/,
    perform: () => tuf.repository.publishRoot({}, { expiresIn: { root: -1_000 } }),
  },
  {
    what: 'freeze: expired targets',
    reason: 'refused',
    says: /targets.json is expired/,
    perform: () => tuf.repository.publish(roots[1], { expiresIn: { targets: -1_000 } }),
  },
  {
    what: 'mix and match: targets of one release, snapshot of another',
    reason: 'refused',
    says: /does not match snapshot version/,
    perform: () => {
      tuf.repository.publish(roots[1]);
      tuf.repository.files.set('2.targets.json', tuf.repository.file('1.targets.json'));
    },
  },
  {
    what: 'another file under the name of the target',
    reason: 'refused',
    says: /Expected (?:hash|length)|bytes that are read/,
    perform: () => {
      tuf.repository.publish(roots[1]);
      for (const path of tuf.repository.files.keys()) {
        if (path.startsWith('targets/')) tuf.repository.files.set(path, roots[2]);
      }
    },
  },
  {
    what: 'a timestamp that is signed with another key',
    reason: 'refused',
    says: /timestamp was signed by 0\/1 keys/,
    perform: () => tuf.repository.publishTimestamp({ signedBy: { timestamp: [new RoleKey()] } }),
  },
  {
    what: 'targets that are signed with the key of the timestamp, which is online',
    reason: 'refused',
    says: /targets was signed by 0\/1 keys/,
    perform: () =>
      tuf.repository.publish(roots[1], { signedBy: { targets: tuf.repository.keys.timestamp } }),
  },
  {
    what: 'a root that only its own keys sign',
    reason: 'refused',
    says: /root was signed by 0\/2 keys/,
    perform: () => {
      const { root } = newKeys();
      tuf.repository.publishRoot({ root }, { signedBy: { root } });
    },
  },
  {
    what: 'a root that half of its keys sign',
    reason: 'refused',
    says: /root was signed by 1\/2 keys/,
    perform: () =>
      tuf.repository.publishRoot({}, { signedBy: { root: tuf.repository.keys.root.slice(1) } }),
  },
  {
    what: 'a target without a hash, which the library takes for verified',
    reason: 'refused',
    says: /no SHA-256/,
    perform: () =>
      tuf.repository.publish(roots[1], {
        target: ({ path, length }) => new TargetFile({ path, length, hashes: {} }),
      }),
  },
  {
    what: 'a delegated role whose name is a path (CVE-2026-24137)',
    reason: 'refused',
    says: /targets do not name trusted_root.json/,
    perform: () => tuf.repository.publish(roots[1], { delegatedTo: '../../../../tmp/evil' }),
  },
  {
    what: 'a target larger than is read',
    reason: 'refused',
    says: /at most 262144 are read/,
    perform: () => tuf.repository.publish(Buffer.alloc(300_000, ' ')),
  },
  {
    what: 'metadata that announces more than is read',
    reason: 'refused',
    says: /more than the 16384 bytes/,
    perform: () =>
      tuf.odd.set('timestamp.json', {
        headers: { 'content-length': '20000' },
        body: Buffer.alloc(20_000, ' '),
      }),
  },
  {
    what: 'metadata without an end',
    reason: 'refused',
    says: /more than the 98304 bytes/,
    perform: () => tuf.odd.set('2.root.json', { body: Buffer.alloc(65_536, ' '), endless: true }),
  },
  {
    what: 'a web page (a captive portal)',
    reason: 'refused',
    says: /not valid JSON/,
    perform: () =>
      tuf.odd.set('2.root.json', { headers: { 'content-type': 'text/html' }, body: '<html>' }),
  },
  {
    what: 'a redirect, which could lead to a private address',
    reason: 'unreachable',
    says: /answered 302/,
    perform: () =>
      tuf.odd.set('timestamp.json', { status: 302, headers: { location: tuf.mirror }, body: '' }),
  },
  {
    what: 'a server error',
    reason: 'unreachable',
    says: /answered 503/,
    perform: () => tuf.odd.set('2.root.json', { status: 503, body: '' }),
  },
  {
    what: 'silence',
    reason: 'unreachable',
    says: /timeout/,
    perform: () => tuf.odd.set('timestamp.json', {}),
  },
  {
    what: 'a genuine root that names nobody',
    reason: 'unsound',
    says: /names no certificate authority/,
    perform: () => {
      const root = JSON.parse(Buffer.from(roots[1]).toString());
      tuf.repository.publish(Buffer.from(JSON.stringify({ ...root, certificateAuthorities: [] })));
    },
  },
];

describe('when a refresh cannot be believed, the last good root stays and it says why', () => {
  it.each(attacks.map((attack) => [attack.what, attack] as const))('%s', async (_, attack) => {
    await refresh();
    await attack.perform();
    const good = await inForce();
    const report = await refresh(TOMORROW);
    expect(report).toMatchObject({ kind: 'failed', reason: attack.reason, refreshedAt: NOW });
    expect(report).toHaveProperty('detail', expect.stringMatching(attack.says));
    expect(await inForce()).toEqual(good);
    const record = await database.store.trust.refresh(name);
    expect(record).toMatchObject({ triedAt: TOMORROW, refreshedAt: NOW });
    expect(record?.problem).toMatch(attack.says);
  });

  it('nobody there', async () => {
    await refresh();
    const free = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => free.once('listening', resolve));
    const { port } = free.address() as AddressInfo;
    await new Promise((resolve) => free.close(resolve));
    const repository = createTufRepository({
      mirror: `http://127.0.0.1:${port}`,
      root: tuf.repository.firstRoot,
    });
    const report = await refresh(TOMORROW, { repository });
    expect(report).toMatchObject({ kind: 'failed', reason: 'unreachable', refreshedAt: NOW });
    expect(await inForce()).toEqual(roots[0]);
  });

  it('a version that was in force already, with other bytes', async () => {
    await database.store.trust.put(name, 1, roots[2]);
    expect(await refresh()).toMatchObject({ kind: 'failed', reason: 'store' });
    expect(await inForce()).toEqual(roots[2]);
  });
});

describe('what a failed refresh has proven', () => {
  it('is kept: keys that were withdrawn stay withdrawn', async () => {
    await refresh();
    const before = tuf.repository.copy();
    const stolen = tuf.repository.keys;
    tuf.repository.publishRoot(newKeys());
    tuf.odd.set('timestamp.json', { status: 503, body: '' });
    expect(await refresh(TOMORROW)).toMatchObject({ reason: 'unreachable' });
    // Whoever has the withdrawn keys, and hides the root that withdrew them.
    tuf.odd.clear();
    tuf.repository.keys = stolen;
    tuf.repository.serve(before);
    tuf.repository.publish(roots[2]);
    expect(await refresh(TOMORROW)).toMatchObject({ reason: 'refused' });
    expect(await inForce()).toEqual(roots[0]);
  });

  it('is nothing where it was broken off', async () => {
    await refresh();
    const before = await database.store.trust.refresh(name);
    const stop = AbortSignal.abort(new Error('stopped'));
    await refreshTrust(depsOf(), TOMORROW, stop);
    expect(await database.store.trust.refresh(name)).toEqual(before);
  });
});

describe('a refresh', () => {
  it('begins again from the shipped root when what is stored cannot be read', async () => {
    await refresh();
    const known = await database.store.trust.refresh(name);
    if (known === undefined) throw new Error('no record');
    const metadata = { ...known.metadata, root: Buffer.from('{') };
    await database.store.trust.writeRefresh(name, { ...known, rev: 2, metadata }, 1);
    expect(await refresh(TOMORROW)).toMatchObject({ kind: 'current' });
  });

  it('never throws, whatever is wrong with the store', async () => {
    const broken = () => Promise.reject(new Error('store is gone'));
    const trust = { ...database.store.trust, refresh: broken };
    expect(await refresh(NOW, { trust })).toEqual({
      kind: 'failed',
      name,
      reason: 'store',
      detail: 'store is gone',
    });
  });

  it.each(['http://tuf.example', 'ftp://127.0.0.1', 'tuf', 'https://u:p@tuf.example', ''])(
    'is not made from the mirror %j',
    (mirror) => {
      const root = tuf.repository.firstRoot;
      expect(() => createTufRepository({ mirror, root })).toThrow(/expected an https address/);
    },
  );
});
