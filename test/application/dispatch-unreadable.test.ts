import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { dispatch } from '../../lambda/application/dispatch.ts';
import type { Logger } from '../../lambda/application/ports.ts';
import { recoverLanes } from '../../lambda/application/run/recover-lanes.ts';
import { KEY } from '../../lambda/contract/table-schema.ts';
import { HOUR, MINUTE, plus } from '../../lambda/domain/time.ts';
import type { Unit } from '../../lambda/domain/watch.ts';
import { aState, aUnit } from '../support/store/examples.ts';
import { World } from '../support/world/index.ts';

const LANE = 'ghcr.io';
const NEWER = { N: '2' };
let world: World;
let sent: string[];
let logged: string[];

beforeEach(async () => {
  logged = [];
  const nothing = () => {};
  const error = (message: string, fields?: Record<string, unknown>) =>
    void logged.push(`${message}: ${fields?.why}`);
  const log: Logger = { debug: nothing, info: nothing, warn: nothing, error };
  world = await World.start({ log });
  sent = [];
  world.deps.queue.send = async (messages) => {
    for (const { body } of messages) {
      if (body.kind === 'check') sent.push(body.unit.id);
      if (body.kind === 'end-of-round') sent.push(body.lane);
    }
  };
});
afterEach(() => world.close());

const now = () => world.clock.now();
const putUnits = (...units: Partial<Unit>[]) =>
  world.deps.watches.putUnits(units.map((unit) => aUnit({ slot: 0, every: 1, ...unit })));
const makeNewer = (key: { pk: string; sk: string }) =>
  world.database.setItemAttribute(key, 'v', NEWER);

describe('when a unit was written by a newer program', () => {
  beforeEach(async () => {
    await putUnits({ id: 'a' }, { id: 'b' }, { id: 'c' });
    await makeNewer(KEY.unit(aUnit({ id: 'b', slot: 0, every: 1 })));
  });

  it('is logged and left out, and the round is sent to its end', async () => {
    expect(await dispatch(world.deps, now())).toMatchObject({ jobs: 2 });
    expect(sent).toEqual(['a', 'c', LANE]);
    expect(await world.deps.lanes.read(LANE)).toMatchObject({ window: { sent: true } });
    expect(logged).toEqual([expect.stringMatching(/^unit not sent: item DUE#.* version 2/)]);
  });

  it('keeps the tags pending that may be its own', async () => {
    const tagKey = 'ghcr.io/acme/app:other';
    await putUnits({ id: 'b', every: 1 });
    await makeNewer(KEY.unit(aUnit({ id: 'b', slot: 0, every: 1 })));
    const state = aState({ tagKey, tag: 'other', nextCheckAt: now() });
    await world.deps.states.remember(state, 'absent');
    await dispatch(world.deps, now());
    expect(await world.deps.states.read(tagKey)).toMatchObject({ state: { nextCheckAt: now() } });
  });
});

describe('when a lane was written by a newer program', () => {
  it('keeps no other from being filled and looked after', async () => {
    await putUnits({ id: 'a' }, { id: 'b', lane: 'quay.io' });
    await dispatch(world.deps, now());
    await makeNewer(KEY.lane(LANE));
    await world.clock.advance(62 * MINUTE);
    sent.length = 0;
    await dispatch(world.deps, now());
    expect(sent).toEqual(['b', 'quay.io']);
    expect(world.committed).toMatchObject([{ subject: 'registry:quay.io', kind: 'watch.failing' }]);
    expect(logged).toContainEqual(expect.stringMatching(/^lane not looked after: .* version 2/));
  });
});

describe('when a process starts again', () => {
  it('takes up the lanes that it can read', async () => {
    await putUnits({ id: 'a' }, { id: 'b', lane: 'quay.io' });
    await dispatch(world.deps, now());
    await makeNewer(KEY.lane(LANE));
    await recoverLanes(world.deps);
    sent.length = 0;
    await dispatch(world.deps, now());
    expect(sent).toEqual(['b', 'quay.io']);
  });

  it('has not been behind while it was not there', async () => {
    await putUnits({ id: 'a' });
    await dispatch(world.deps, now());
    await world.clock.advance(10 * HOUR);
    await recoverLanes(world.deps);
    sent.length = 0;
    await dispatch(world.deps, now());
    expect(sent).toEqual(['a', LANE]);
    expect(world.committed).toEqual([]);
  });
});

describe('when the lag of one lane cannot be told', () => {
  it('is told of the others', async () => {
    await putUnits({ id: 'a' }, { id: 'b', lane: 'quay.io' });
    await dispatch(world.deps, now());
    const { events } = world.deps;
    const history = events.history.bind(events);
    events.history = async (subject, query) => {
      if (subject.endsWith(LANE)) throw new Error('broken');
      return history(subject, query);
    };
    await dispatch(world.deps, plus(now(), 62 * MINUTE));
    expect(world.committed).toMatchObject([{ subject: 'registry:quay.io' }]);
  });
});

describe('when pending tags cannot be read', () => {
  it('sends what is due by its slot', async () => {
    await putUnits({ id: 'a' });
    world.deps.states.pending = () => {
      throw new Error('broken');
    };
    expect(await dispatch(world.deps, now())).toMatchObject({ jobs: 1 });
    expect(logged).toEqual(['pending tags not read: broken']);
  });

  it('logs and leaves out the one that a newer program wrote', async () => {
    const keys = ['ghcr.io/acme/app:1', 'ghcr.io/acme/app:2'];
    for (const tagKey of keys) {
      await world.deps.states.remember(aState({ tagKey, nextCheckAt: now() }), 'absent');
    }
    await makeNewer(KEY.state(keys[0] ?? ''));
    const told: string[] = [];
    const read = world.deps.states.pending(now(), (why) => void told.push(why));
    expect((await Array.fromAsync(read)).map(({ tagKey }) => tagKey)).toEqual([keys[1]]);
    expect(told).toEqual([expect.stringContaining('version 2')]);
  });
});
