import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { acknowledgeEvent, previewAcknowledgement } from '../../lambda/application/acknowledge.ts';
import { answerRequest } from '../../lambda/application/answer-request.ts';
import { MINUTE, plus } from '../../lambda/domain/time.ts';
import { pushImage } from '../support/registry/index.ts';
import { World } from '../support/world/index.ts';

const LIST =
  'watch: [{image: "HOST/app:1", policy: none, immutable: true, every: 1m, labels: {team: a}}]';
let world: World;
let app: string;
beforeEach(async () => {
  world = await World.start();
  app = push('first');
  await world.apply(LIST);
  await world.tick();
  push('second');
  await world.tick();
});
afterEach(() => world.close());

const push = (content: string) => pushImage(world.registry, 'app', '1', { content }).reference;
const request = (seq = 2, id = 'abcdef01') => ({ id, subject: app, seq, reason: 'planned' });
const kinds = async () => (await world.history(app)).map(({ kind }) => kind);
const state = async () => {
  const read = await world.deps.states.read(app);
  if (read.kind !== 'found') throw new Error(read.kind);
  return read.state;
};

describe('when an event is acknowledged', () => {
  it('commits one event, which closes the alarm and is delivered', async () => {
    expect(await acknowledgeEvent(world.deps, request())).toMatchObject({
      kind: 'done',
      event: { seq: 3, state: 'closed', resolves: `${app}#2`, watches: [{ labels: ['team=a'] }] },
    });
    expect(await state()).toMatchObject({ seq: 3, open: {} });
    await world.tick();
    expect(world.publisher.messages.at(-1)).toMatchObject({
      event: { kind: 'tag.acknowledged' },
      attributes: { severity: 'critical', state: 'closed', labels: ['team=a'] },
      text: expect.stringContaining('is acknowledged: planned.'),
    });
    expect(world.publisher.messages.at(-1)?.text).toContain('Nothing to do');
    expect(await kinds()).toEqual(['tag.first-seen', 'tag.immutable-violated', 'tag.acknowledged']);
  });

  it('is done once, however often the same message comes', async () => {
    await acknowledgeEvent(world.deps, request());
    expect(await acknowledgeEvent(world.deps, request())).toEqual({ kind: 'already', seq: 3 });
    expect(await kinds()).toHaveLength(3);
  });

  it('goes through the queue on request', async () => {
    const until = plus(world.clock.now(), MINUTE);
    const asked = { v: 1, kind: 'acknowledge', ...request() };
    expect(await answerRequest(world.deps, asked, until)).toMatchObject({ ok: true });
    await world.work();
    expect((await world.history(app)).at(-1)).toMatchObject({ data: { request: 'abcdef01' } });
  });

  it('says beforehand what would come of it, and writes nothing', async () => {
    expect((await previewAcknowledgement(world.deps, request())).kind).toBe('commit');
    expect(await kinds()).toHaveLength(2);
  });
});

describe('when others decide about the tag at the same time', () => {
  it('decides anew on what they have left', async () => {
    const { read } = world.deps.states;
    let raced = false;
    world.deps.states.read = async (key) => {
      const known = await read.call(world.database.store.states, key);
      if (!raced) {
        raced = true;
        await acknowledgeEvent(world.deps, request(2, 'abcdef02'));
      }
      return known;
    };
    expect(await acknowledgeEvent(world.deps, request())).toEqual({ kind: 'already', seq: 3 });
  });

  it('refuses what was not looked at', async () => {
    push('third');
    await world.tick();
    expect(await acknowledgeEvent(world.deps, request())).toMatchObject({
      kind: 'refused',
      why: expect.stringContaining(`look at ${app}#3`),
    });
    expect(await state()).toMatchObject({ open: { 'tag.immutable-violated': { seq: 3 } } });
  });
});

describe('an acknowledgement is refused', () => {
  it('of an event that is not there, or about no tag', async () => {
    expect(await acknowledgeEvent(world.deps, request(9))).toMatchObject({ kind: 'refused' });
    const [baseline] = world.committed.filter(({ kind }) => kind === 'baseline.taken');
    const about = { ...request(1), subject: baseline?.subject ?? '' };
    expect(await acknowledgeEvent(world.deps, about)).toEqual({
      kind: 'refused',
      why: 'the event is about no tag',
    });
  });

  it('of a tag that nobody watches any more', async () => {
    await world.apply('watch: []', { prune: true });
    expect(await acknowledgeEvent(world.deps, request())).toEqual({
      kind: 'refused',
      why: 'the tag is not watched any more',
    });
  });
});
