import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { backlogOf } from '../../lambda/application/deliver/backlog.ts';
import { deliver, deliverOnly } from '../../lambda/application/deliver.ts';
import { type AlertMessage, PublishRefused } from '../../lambda/application/ports.ts';
import { KEY } from '../../lambda/contract/table-schema.ts';
import { HOUR, MINUTE, plus, SECOND } from '../../lambda/domain/time.ts';
import { anEvent, aState, TAG_KEY } from '../support/store/examples.ts';
import { World } from '../support/world/index.ts';

const OTHER = 'quay.io/acme/app:1';
let world: World;
let at: string;

beforeEach(async () => {
  world = await World.start();
  at = world.clock.now();
});
afterEach(() => world.close());

const commit = (changes = {}) => world.deps.events.commit(anEvent({ at, ...changes }));
const run = async (after = 0) => {
  at = plus(at, after);
  return deliver(world.deps, at);
};
const ids = () => world.publisher.ids;
const refuse = (when: (message: AlertMessage) => boolean) => {
  world.publisher.fail = (message) => (when(message) ? new PublishRefused('too long') : undefined);
};
const failFor = (subject: string | undefined) => {
  world.publisher.fail = ({ event }) => (event.subject === subject ? new Error('down') : undefined);
};

describe('when an event is marked', () => {
  it('completes its projection, publishes its alert and takes the mark away', async () => {
    await commit();
    expect(await run()).toEqual({ delivered: 1, silent: 0, deferred: 0, setAside: 0 });
    expect(ids()).toEqual([`${TAG_KEY}#1`]);
    expect(await world.deps.states.read(TAG_KEY)).toMatchObject({ kind: 'found' });
    expect(await run(HOUR)).toEqual({ delivered: 0, silent: 0, deferred: 0, setAside: 0 });
    expect(ids()).toHaveLength(1);
  });

  it('says nothing of one that is not to be told, but completes it', async () => {
    await commit({ alert: false });
    expect(await run()).toMatchObject({ delivered: 0, silent: 1 });
    expect(ids()).toEqual([]);
    expect(await world.deps.states.read(TAG_KEY)).toMatchObject({ kind: 'found' });
  });

  it('never lets an old event overwrite a newer state', async () => {
    await commit();
    await world.deps.states.remember(aState({ seq: 5, rev: 9 }), 'absent');
    await run();
    expect(await world.deps.states.read(TAG_KEY)).toMatchObject({ state: { seq: 5 } });
  });

  it('publishes what is more than a page', async () => {
    for (let n = 0; n < 130; n++) await commit({ subject: `${OTHER}${n}` });
    expect(await run()).toMatchObject({ delivered: 130 });
    expect(new Set(ids()).size).toBe(130);
  });
});

describe('when a tag has several marked events', () => {
  beforeEach(async () => {
    for (const seq of [1, 2, 3]) await commit({ seq, at: plus(at, seq) });
  });

  it('publishes them in order, even when the index knows only the last', async () => {
    const { events } = world.deps;
    const due = events.due.bind(events);
    events.due = async (...args) => (await due(...args)).slice(-1);
    await run(MINUTE);
    expect(ids()).toEqual([1, 2, 3].map((seq) => `${TAG_KEY}#${seq}`));
  });

  it('lets a later one overtake only when an earlier one failed, and says so then', async () => {
    world.publisher.fail = ({ event }) => (event.seq === 1 ? new Error('down') : undefined);
    expect(await run(MINUTE)).toMatchObject({ delivered: 2, deferred: 1 });
    world.publisher.fail = undefined;
    await run(MINUTE);
    expect(ids()).toEqual([2, 3, 1].map((seq) => `${TAG_KEY}#${seq}`));
    const late = JSON.parse(world.publisher.messages[2]?.cloudEvent ?? '');
    expect(JSON.stringify(late)).toContain(`${TAG_KEY}#3`);
    expect(world.publisher.messages[0]?.line).not.toContain('superseded');
    expect(world.publisher.messages[2]?.line).toContain('superseded');
  });
});

describe('when the newest event of a tag is of a newer program', () => {
  it('still delivers an earlier one that failed at first', async () => {
    await commit();
    failFor(TAG_KEY);
    await run();
    await commit({ seq: 2 });
    await world.database.setItemAttribute(KEY.event(TAG_KEY, 2), 'v', { N: '2' });
    failFor(undefined);
    expect(await run(HOUR)).toMatchObject({ delivered: 1, deferred: 0 });
    expect(ids()).toEqual([`${TAG_KEY}#1`]);
  });
});

describe('when the channel is down', () => {
  it('tries again after 30 seconds, twice as long each time, at most an hour', async () => {
    await commit();
    failFor(TAG_KEY);
    let wait = 30 * SECOND;
    expect(await run()).toMatchObject({ deferred: 1 });
    for (let attempt = 1; attempt < 12; attempt++) {
      expect(await run(wait - 1)).toMatchObject({ deferred: 0 });
      expect(await run(1)).toMatchObject({ deferred: 1 });
      wait = Math.min(2 * wait, HOUR);
    }
    failFor(undefined);
    expect(await run(HOUR)).toMatchObject({ delivered: 1 });
  });

  it('keeps back nobody else', async () => {
    await commit();
    await commit({ subject: OTHER });
    failFor(TAG_KEY);
    expect(await run()).toMatchObject({ delivered: 1, deferred: 1 });
    expect(ids()).toEqual([`${OTHER}#1`]);
  });
});

describe('when the channel refuses a message for good', () => {
  it('sends a reduced one with the same id', async () => {
    await commit();
    refuse(({ text }) => !text.includes('refused the whole alert'));
    expect(await run()).toMatchObject({ delivered: 1 });
    expect(world.publisher.messages[0]).toMatchObject({ id: `test/${TAG_KEY}#1` });
    expect(JSON.parse(world.publisher.messages[0]?.cloudEvent ?? '')).toMatchObject({
      id: `test/${TAG_KEY}#1`,
      data: { reduced: true },
    });
  });

  it('sets it aside when even that is refused, and goes on', async () => {
    await commit();
    await commit({ seq: 2 });
    refuse(({ event }) => event.seq === 1);
    expect(await run()).toMatchObject({ delivered: 1, setAside: 1 });
    refuse(() => false);
    expect(await run(HOUR)).toMatchObject({ delivered: 0, setAside: 0 });
    expect(await world.deps.events.get(TAG_KEY, 1)).toBeDefined();
  });

  it('defers the alert when only the reduced one fails for now', async () => {
    await commit();
    world.publisher.fail = ({ text }) =>
      text.includes('refused the whole alert') ? new Error('down') : new PublishRefused('long');
    expect(await run()).toMatchObject({ deferred: 1, setAside: 0 });
  });
});

describe('when the store fails for one subject', () => {
  it('delivers the others, and does not go round in circles', async () => {
    await commit();
    await commit({ subject: OTHER });
    const { events } = world.deps;
    const [project, defer] = [events.project.bind(events), events.defer.bind(events)];
    events.project = async (event) => {
      if (event.subject === TAG_KEY) throw new Error('store');
      return project(event);
    };
    events.defer = async (subject, ...rest) => {
      if (subject === TAG_KEY) throw new Error('store');
      return defer(subject, ...rest);
    };
    expect(await run()).toEqual({ delivered: 1, silent: 0, deferred: 0, setAside: 0 });
    events.project = project;
    expect(await run()).toMatchObject({ delivered: 1 });
  });

  it('delivers the others, also when more than a page of its events are the oldest', async () => {
    for (let seq = 1; seq <= 230; seq++) await commit({ seq });
    at = plus(at, MINUTE);
    await commit({ subject: OTHER });
    const { events } = world.deps;
    const marked = events.marked.bind(events);
    events.marked = async (subject) => {
      if (subject === TAG_KEY) throw new Error('store');
      return marked(subject);
    };
    expect(await run()).toMatchObject({ delivered: 1 });
    expect(ids()).toEqual([`${OTHER}#1`]);
  });
});

describe('when two deliver at the same time', () => {
  beforeEach(async () => {
    for (const seq of [1, 2, 3]) await commit({ seq, at: plus(at, seq) });
  });

  it('tells each alert once, and in order', async () => {
    at = plus(at, MINUTE);
    await Promise.all(Array.from({ length: 4 }, () => deliver(world.deps, at)));
    await run();
    expect(ids()).toEqual([1, 2, 3].map((seq) => `${TAG_KEY}#${seq}`));
  });

  it('lets nobody overtake the one who is at it', async () => {
    const holding = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    const { publisher } = world;
    const publish = publisher.publish.bind(publisher);
    publisher.publish = async (message) => {
      arrived.resolve();
      await holding.promise;
      await publish(message);
    };
    const first = run(MINUTE);
    await arrived.promise;
    expect(await deliver(world.deps, at)).toMatchObject({ delivered: 0, deferred: 0 });
    holding.resolve();
    expect(await first).toMatchObject({ delivered: 3 });
    expect(ids()).toEqual([1, 2, 3].map((seq) => `${TAG_KEY}#${seq}`));
  });

  it('takes over from one who died, after 45 seconds', async () => {
    const now = world.clock.now();
    await world.deps.events.claim(TAG_KEY, 1, now, plus(now, 45 * SECOND));
    await world.clock.advance(44 * SECOND);
    expect(await run(MINUTE)).toMatchObject({ delivered: 0 });
    await world.clock.advance(SECOND);
    expect(await run()).toMatchObject({ delivered: 3 });
  });
});

describe('when time is up', () => {
  it('begins nothing more, and loses nothing', async () => {
    for (let n = 0; n < 30; n++) await commit({ subject: `${OTHER}${n}` });
    const { clock, publisher } = world;
    const until = plus(clock.now(), 10 * SECOND);
    publisher.fail = () => {
      void clock.advance(SECOND);
      return undefined;
    };
    const { delivered } = await deliver(world.deps, at, { until });
    expect(delivered).toBeGreaterThanOrEqual(10);
    expect(delivered).toBeLessThan(30);
    expect(await run()).toMatchObject({ delivered: 30 - delivered });
  });
});

describe('when only some subjects are woken', () => {
  it('delivers those, and leaves the others to the sweep', async () => {
    await commit();
    await commit({ subject: OTHER });
    const woken = [OTHER, OTHER, 'ghcr.io/never/was:1'];
    expect(await deliverOnly(world.deps, woken, at)).toMatchObject({ delivered: 1 });
    expect(ids()).toEqual([`${OTHER}#1`]);
    expect(await run()).toMatchObject({ delivered: 1 });
  });

  it('never throws, whatever the store does', async () => {
    await commit();
    world.database.faults.throttle(100);
    expect(await deliverOnly(world.deps, [TAG_KEY], at)).toMatchObject({ delivered: 0 });
    world.database.faults.throttle(0);
    expect(await run()).toMatchObject({ delivered: 1 });
  });
});

describe('the backlog', () => {
  it('is what waits, due or not, and how long the oldest has', async () => {
    expect(await backlogOf(world.deps, at)).toEqual({ pending: 0, oldest: 0 });
    await commit();
    await commit({ subject: OTHER, at: plus(at, MINUTE) });
    failFor(TAG_KEY);
    await run(HOUR);
    expect(await backlogOf(world.deps, at)).toEqual({ pending: 1, oldest: HOUR });
  });
});
