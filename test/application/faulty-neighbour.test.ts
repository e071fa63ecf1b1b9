import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ConnectionFault, FaultProxy } from '../support/fault-proxy/index.ts';
import { pushImage, type RegistryDouble, startRegistry } from '../support/registry/index.ts';
import { World } from '../support/world/index.ts';

const FAULTS: readonly ConnectionFault[] = [
  { kind: 'delay', wait: 2_000 },
  { kind: 'drip', wait: 20 },
  { kind: 'cut', after: 40 },
  { kind: 'reset', after: 40 },
  { kind: 'wrong length', by: 10 },
  { kind: 'wrong length', by: -10 },
  { kind: 'garbage' },
  { kind: 'interim flood' },
  { kind: 'TLS alert' },
  { kind: 'slow accept', wait: 2_000 },
];
const TAGS = ['1', '2', '3'];

let world: World;
let behind: RegistryDouble;
let other: RegistryDouble;
let proxy: FaultProxy;

/** Three registries with three tags each; one of them is behind the proxy. */
beforeAll(async () => {
  [behind, other] = await Promise.all([startRegistry(), startRegistry()]);
  [proxy, world] = await Promise.all([
    FaultProxy.start(behind.host),
    World.start({ deadline: 600 }),
  ]);
  for (const registry of [behind, other, world.registry]) {
    for (const tag of TAGS) pushImage(registry, 'shop/api', tag, { content: `first ${tag}` });
  }
  const hosts = [proxy.host, other.host, world.registry.host];
  const watch = hosts.flatMap((host) => TAGS.map((tag) => `${host}/shop/api:${tag}`));
  await world.apply(`defaults: {every: 1m, policy: none}\nwatch: ${JSON.stringify(watch)}`);
  const isKnown = () => world.committed.some(({ kind }) => kind === 'baseline.taken');
  for (let n = 0; n < 5 && !isKnown(); n += 1) await world.tick();
});
afterAll(async () => {
  await Promise.all([world.close(), proxy.close(), behind.close(), other.close()]);
});

const heads = (registry: RegistryDouble) =>
  registry.requests.splice(0).filter(({ method }) => method === 'HEAD').length;
const about = (host: string) =>
  world.committed
    .splice(0)
    .flatMap(({ subject, kind }) => (subject.startsWith(host) ? [kind] : []));

describe('beside a registry that fails', () => {
  it.each(FAULTS.map((fault) => [JSON.stringify(fault), fault] as const))(
    'the others are looked at as before, and no tag has a wrong event: %s',
    async (name, fault) => {
      world.committed.length = 0;
      for (const registry of [other, world.registry]) heads(registry);
      proxy.spoil(fault);
      const moved = pushImage(other, 'shop/api', '1', { content: name });
      await world.tick();
      expect([other, world.registry].map(heads)).toEqual([TAGS.length, TAGS.length]);
      const events = world.committed.splice(0);
      expect(events.map(({ kind, subject }) => `${kind} ${subject}`)).toEqual([
        `tag.moved ${other.host}/shop/api:1`,
      ]);
      expect(events[0]?.after?.digest).toBe(moved.digest);

      proxy.spoil({ kind: 'none' });
      const behindIt = pushImage(behind, 'shop/api', '2', { content: name });
      await world.tick();
      const state = await world.deps.states.read(`${proxy.host}/shop/api:2`);
      expect(state).toMatchObject({ kind: 'found', state: { digest: behindIt.digest } });
      expect(new Set(about(proxy.host))).toEqual(new Set(['tag.moved']));
    },
  );
});
