import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { applyWatchlist, diffWatchlist } from '../../lambda/application/apply.ts';
import { World } from '../support/world/index.ts';

let world: World;
beforeEach(async () => {
  world = await World.start();
});
afterEach(() => world.close());

const YAML = `watch:
  - images: [ghcr.io/acme/a:1, ghcr.io/acme/a:2, quay.io/acme/b:1]
    policy: none`;
const KEYS = ['ghcr.io/acme/a:1', 'ghcr.io/acme/a:2', 'quay.io/acme/b:1'];
const only = (...keys: string[]) => `watch: [{images: [${keys.join(', ')}], policy: none}]`;

/** The tags of watches; their ids are hashes. */
const named = (ids: readonly string[]): string[] => {
  const all = world.compile(only(...KEYS, 'quay.io/acme/c:1', 'ghcr.io/acme/new:1')).watches;
  const names = new Map(all.map((w) => [w.watchId, `${w.registry}/${w.repository}:${w.tag}`]));
  return ids.map((id) => names.get(id) ?? id).sort();
};
const watches = async () =>
  (await Array.fromAsync(world.deps.watches.watches()))
    .map(({ registry, repository, tag }) => `${registry}/${repository}:${tag}`)
    .sort();
const units = async () => Array.fromAsync(world.deps.watches.units());
const tags = async () =>
  (await units())
    .flatMap(({ repository, tags: all }) => all.map((t) => `${repository}:${t.tag}`))
    .sort();
const freshIds = async (lane: string) =>
  (await world.deps.lanes.read(lane))?.fresh?.map(({ applyId }) => applyId) ?? [];

describe('when a watch list is applied for the first time', () => {
  it('stores watches, units and lanes, and all of it is due at once', async () => {
    const report = await world.apply(YAML);
    expect(report).toMatchObject({ removed: [], refused: [], changed: [], freshUnits: 2 });
    expect(report.added).toHaveLength(3);
    expect(await tags()).toEqual(['acme/a:1', 'acme/a:2', 'acme/b:1']);
    expect((await units()).every(({ applyId }) => applyId === report.applyId)).toBe(true);
    expect(await freshIds('ghcr.io')).toEqual([report.applyId]);
    expect(await world.deps.lanes.read('quay.io')).toMatchObject({ intervals: [5] });
  });

  it('changes nothing when it is applied again', async () => {
    await world.apply(YAML);
    world.database.faults.resetCounts();
    const again = await world.apply(YAML);
    expect(again).toMatchObject({ added: [], changed: [], unchanged: 3, freshUnits: 0 });
    expect(world.database.faults.writes).toBe(0);
    expect(await freshIds('ghcr.io')).toHaveLength(1);
  });

  it('only says so when it is dry', async () => {
    expect((await world.apply(YAML, { dryRun: true })).added).toHaveLength(3);
    expect(await watches()).toEqual([]);
    expect(await units()).toEqual([]);
  });
});

describe('when the list has changed', () => {
  beforeEach(() => world.apply(YAML));

  it('makes only the units that are concerned due', async () => {
    const report = await world.apply(
      `${YAML}\n    labels: {team: a}`.replace('quay.io/acme/b:1', 'quay.io/acme/c:1'),
    );
    expect(named(report.added)).toEqual(['quay.io/acme/c:1']);
    expect(named(report.changed)).toEqual(['ghcr.io/acme/a:1', 'ghcr.io/acme/a:2']);
    expect(named(report.refused)).toEqual(['quay.io/acme/b:1']);
    expect(report.freshUnits).toBe(2);
    const kept = (await units()).find(({ repository }) => repository === 'acme/b');
    expect(kept?.applyId).not.toBe(report.applyId);
  });

  it('keeps watching what is not in it, unless it is asked to remove', async () => {
    const [first = ''] = KEYS;
    const kept = await world.apply(only(first));
    expect(kept).toMatchObject({ removed: [], unchanged: 1 });
    expect(named(kept.refused)).toEqual(KEYS.slice(1));
    expect(await tags()).toHaveLength(3);
    const pruned = await world.apply(only(first), { prune: true });
    expect(named(pruned.removed)).toEqual(KEYS.slice(1));
    expect(pruned.refused).toEqual([]);
    expect(await watches()).toEqual([first]);
    expect(await tags()).toEqual(['acme/a:1']);
  });

  it('leaves no unit behind when an interval changes', async () => {
    await world.apply(YAML.replace('policy: none', 'policy: none\n    every: 1h'));
    expect((await units()).map(({ every }) => every)).toEqual([60, 60]);
    expect(await world.deps.lanes.read('ghcr.io')).toMatchObject({ intervals: [60] });
  });

  it('says the same as diff', async () => {
    const compiled = world.compile(only(KEYS[0] ?? '', 'ghcr.io/acme/new:1'));
    const diff = await diffWatchlist(world.deps, compiled);
    expect(named(diff.added)).toEqual(['ghcr.io/acme/new:1']);
    expect(named(diff.gone)).toEqual(KEYS.slice(1));
    expect(diff).toMatchObject({ changed: [], unchanged: 1 });
  });
});

describe('when a watch was edited and nothing is to be removed', () => {
  const filter = (tags: string, more = 'policy: none') =>
    `policies: {acme: {signedBy: [{identity: a@example.com, issuer: "https://issuer.example"}]}}
watch: [{image: ghcr.io/acme/a, tags: ${tags}, ${more}}]`;

  it.each([
    ['filter', filter('{glob: ["1*"], max: 60}')],
    ['policy', filter('{glob: ["1*"], max: 50}', 'policy: acme')],
    ['interval', filter('{glob: ["1*"], max: 50}', 'policy: none, every: 1h')],
  ])('watches the tags of a changed %s once', async (_, edited) => {
    const first = await world.apply(filter('{glob: ["1*"], max: 50}'));
    const report = await world.apply(edited);
    expect(report).toMatchObject({ added: [], refused: [], changed: first.added, freshUnits: 1 });
    const [wanted] = world.compile(edited).watches;
    expect(await Array.fromAsync(world.deps.watches.watches())).toEqual([wanted]);
    const { policy, every } = wanted ?? {};
    expect(await units()).toMatchObject([{ every, filter: { terms: { policy } } }]);
  });

  it.each([
    ['policy', 'policy: acme'],
    ['interval', 'policy: none, every: 1h'],
    ['grace', 'policy: none, signatureGrace: 1h'],
  ])('checks a tag with a changed %s once', async (_, terms) => {
    const tag = (more: string) =>
      filter('{}').replace(/watch:.*/s, `watch: [{image: "ghcr.io/acme/a:1", ${more}}]`);
    await world.apply(tag('policy: none'));
    await world.apply(tag(terms));
    const [wanted] = world.compile(tag(terms)).watches;
    const { policy, every, signatureGrace } = wanted ?? {};
    expect(await units()).toMatchObject([
      { every, tags: [{ tag: '1', terms: [{ policy, signatureGrace }] }] },
    ]);
  });
});

describe('when an apply dies between two writes', () => {
  it('is done as a whole by the next one, and nothing is unwatched meanwhile', async () => {
    await world.apply(YAML);
    const { faults } = world.database;
    const next = YAML.replace('ghcr.io/acme/a:2', 'ghcr.io/acme/a:3');
    for (let n = 1; ; n++) {
      faults.crashAt(n, 'before');
      const died = await world.apply(next, { prune: true }).then(
        () => false,
        () => true,
      );
      faults.revive();
      const standing = await tags();
      expect(standing).toEqual(expect.arrayContaining(['acme/a:1', 'acme/b:1']));
      if (!died) break;
    }
    expect(await watches()).toEqual(['ghcr.io/acme/a:1', 'ghcr.io/acme/a:3', 'quay.io/acme/b:1']);
    expect(await tags()).toEqual(['acme/a:1', 'acme/a:3', 'acme/b:1']);
    const [unit] = (await units()).filter(({ repository }) => repository === 'acme/a');
    expect(await freshIds('ghcr.io')).toContain(unit?.applyId);
  });
});

describe('when a list brings policies and registries', () => {
  it('stores them before what needs them, and takes permissions away that are gone', async () => {
    const yaml = `registries: [{host: "registry.example:5000", allowPrivate: true}]
policies:
  acme: {signedBy: [{identity: a@example.com, issuer: "https://issuer.example"}]}
watch: [{image: "registry.example:5000/app:1", policy: acme}]`;
    const compiled = world.compile(yaml);
    await applyWatchlist(world.deps, compiled, { prune: true, dryRun: false });
    const hashes = [...compiled.policies.keys()];
    expect(await world.deps.watches.policies(hashes)).toEqual(compiled.policies);
    expect(await world.deps.watches.registries()).toMatchObject([{ allowPrivate: true }]);
    await world.apply(YAML);
    expect(await world.deps.watches.registries()).toEqual([]);
  });
});
