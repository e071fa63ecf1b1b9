import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CustomResourceAnswer } from '../../lambda/adapters/cloudformation/index.ts';
import { ObjectError } from '../../lambda/adapters/s3/index.ts';
import { HOUR, MINUTE, SECOND } from '../../lambda/domain/time.ts';
import { hashOfSerialized, serializeWatchlist } from '../../lambda/domain/watchlist/compiled.ts';
import { createApplyHandler } from '../../lambda/handlers/apply-handler.ts';
import { aContext, RecordingLog } from '../support/lambda/index.ts';
import { settled, World } from '../support/world/index.ts';

const KEYS = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `ghcr.io/acme/${name}:1`);
const only = (...keys: string[]) => `watch: [{images: [${keys.join(', ')}], policy: none}]`;

let world: World;
let said: RecordingLog;
let answers: CustomResourceAnswer[];
let assets: Map<string, string>;
/** Instead of reading an asset. */
let reading: (() => Promise<Uint8Array>) | undefined;

beforeEach(async () => {
  world = await World.start();
  [said, answers, assets, reading] = [new RecordingLog(), [], new Map(), undefined];
});
afterEach(() => world.close());

function handler(open?: () => never) {
  const { clock } = world;
  return createApplyHandler({
    clock,
    answer: async (url, answer) => {
      expect(url).toBe('https://cloudformation.example/answer?signature=s');
      answers.push(answer);
    },
    open:
      open ??
      (() => ({
        ...{ log: said.log, deps: world.deps },
        read: async ({ key }) => reading?.() ?? Buffer.from(assets.get(key) ?? ''),
      })),
  });
}

function deploy(yaml: string, properties: object = {}, RequestType = 'Update'): Promise<void> {
  const serialized = serializeWatchlist(world.compile(yaml));
  assets.set('list.json', serialized);
  const event = {
    RequestType,
    ResponseURL: 'https://cloudformation.example/answer?signature=s',
    ...{ StackId: 'stack', RequestId: 'request', LogicalResourceId: 'Watchlist' },
    ResourceProperties: {
      ServiceToken: 'arn:aws:lambda:eu-central-1:123456789012:function:apply',
      ...{ WatchlistBucket: 'assets', WatchlistKey: 'list.json', AllowRemovals: 'false' },
      WatchlistHash: hashOfSerialized(serialized),
      ...properties,
    },
  };
  return handler()(event, aContext(15 * MINUTE));
}

const watched = async () =>
  (await Array.fromAsync(world.deps.watches.watches()))
    .map(({ registry, repository, tag }) => `${registry}/${repository}:${tag}`)
    .sort();
const last = () => answers.at(-1);

describe('when a stack is deployed', () => {
  it('watches what the list says, and answers what it did', async () => {
    await deploy(only(...KEYS), {}, 'Create');
    expect(await watched()).toEqual(KEYS);
    expect(answers).toEqual([
      {
        Status: 'SUCCESS',
        PhysicalResourceId: 'tagwarden-watchlist',
        ...{ StackId: 'stack', RequestId: 'request', LogicalResourceId: 'Watchlist' },
        Data: { Added: '6', Changed: '0', Removed: '0', Unchanged: '0' },
      },
    ]);
  });

  it('changes nothing the second time', async () => {
    await deploy(only(...KEYS), {}, 'Create');
    world.database.faults.resetCounts();
    await deploy(only(...KEYS));
    expect(last()).toMatchObject({ Status: 'SUCCESS', Data: { Added: '0', Unchanged: '6' } });
    expect(world.database.faults.writes).toBe(0);
  });

  it('adds one and removes one', async () => {
    await deploy(only(...KEYS));
    const next = [...KEYS.slice(1), 'ghcr.io/acme/new:1'];
    await deploy(only(...next));
    expect(last()).toMatchObject({ Data: { Added: '1', Removed: '1', Unchanged: '5' } });
    expect(await watched()).toEqual(next);
  });

  it('does nothing when the resource is deleted, and opens nothing', async () => {
    await deploy(only(...KEYS));
    const event = {
      RequestType: 'Delete',
      ResponseURL: 'https://cloudformation.example/answer?signature=s',
      ...{ StackId: 'stack', RequestId: 'request', LogicalResourceId: 'Watchlist' },
      ResourceProperties: {},
    };
    const fail = (): never => {
      throw new Error('opened');
    };
    await handler(fail)(event, aContext());
    expect(last()).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'tagwarden-watchlist' });
    expect(await watched()).toEqual(KEYS);
  });
});

describe('when the list has lost more than a fifth of the watches', () => {
  beforeEach(() => deploy(only(...KEYS)));

  it('changes nothing, and says what is missing and what to do', async () => {
    await deploy(only(...KEYS.slice(2)));
    expect(last()).toMatchObject({
      Status: 'FAILED',
      PhysicalResourceId: 'tagwarden-watchlist',
      Reason:
        'the watch list lacks 2 of 6 watches (33 %): ghcr.io/acme/a:1, ghcr.io/acme/b:1. ' +
        'Expected at most 20 %; if they are to go, deploy once with -c allowRemovals=true',
    });
    expect(await watched()).toEqual(KEYS);
  });

  it('removes them when that is allowed', async () => {
    await deploy(only(...KEYS.slice(2)), { AllowRemovals: 'true' });
    expect(last()).toMatchObject({ Status: 'SUCCESS', Data: { Removed: '2' } });
    expect(await watched()).toEqual(KEYS.slice(2));
  });

  it('goes back to the list before, after a larger one that was cut short', async () => {
    const larger = only(...KEYS, ...KEYS.map((key) => key.replace(':1', ':2')));
    const { watches } = world.deps;
    const removeUnits = watches.removeUnits.bind(watches);
    const putApplied = watches.putApplied.bind(watches);
    watches.putApplied = () => Promise.reject(new Error('killed'));
    await deploy(larger);
    expect(last()).toMatchObject({ Status: 'FAILED', Reason: 'killed' });
    expect(await watched()).toHaveLength(12);
    Object.assign(watches, { removeUnits, putApplied });
    await deploy(only(...KEYS));
    expect(last()).toMatchObject({ Status: 'SUCCESS', Data: { Removed: '6' } });
    expect(await watched()).toEqual(KEYS);
  });

  it('does not go back like that after one that was applied to its end', async () => {
    await deploy(only(...KEYS, ...KEYS.map((key) => key.replace(':1', ':2'))));
    await deploy(only(...KEYS));
    expect(last()).toMatchObject({ Status: 'FAILED' });
    expect(await watched()).toHaveLength(12);
  });
});

describe('when something is wrong', () => {
  it.each<readonly [string, object, string]>([
    ['another list than the one that was meant', { WatchlistHash: '0'.repeat(64) }, 'its hash is'],
    ['a property that is missing', { WatchlistBucket: '' }, 'are wrong: WatchlistBucket'],
    ['a property that is none', { AllowRemovals: 'yes' }, 'are wrong: AllowRemovals'],
  ])('answers it: %s', async (_what, properties, reason) => {
    await deploy(only(...KEYS), properties);
    expect(last()).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining(reason) });
    expect(await watched()).toEqual([]);
  });

  it('answers also when the function was deployed wrong', async () => {
    const failing = (): never => {
      throw new Error('invalid environment: TAGWARDEN_TABLE: found nothing');
    };
    const event = {
      RequestType: 'Create',
      ResponseURL: 'https://cloudformation.example/answer?signature=s',
      ...{ StackId: 'stack', RequestId: 'request', LogicalResourceId: 'Watchlist' },
      ResourceProperties: {},
    };
    await handler(failing)(event, aContext(15 * MINUTE));
    expect(last()).toMatchObject({
      Status: 'FAILED',
      Reason: 'invalid environment: TAGWARDEN_TABLE: found nothing',
    });
  });

  it('waits for grants that are not known everywhere yet, for a minute', async () => {
    let denials = 3;
    reading = async () => {
      if (denials-- > 0)
        throw new ObjectError('DENIED', 'read list.json: Access Denied', undefined);
      return Buffer.from(assets.get('list.json') ?? '');
    };
    const deployed = deploy(only(...KEYS));
    await passUntil(() => answers.length > 0, 5 * SECOND);
    await deployed;
    expect(last()).toMatchObject({ Status: 'SUCCESS' });
    denials = 1_000;
    const refused = deploy(only(...KEYS));
    await passUntil(() => answers.length > 1, 5 * SECOND);
    await refused;
    expect(last()).toMatchObject({ Status: 'FAILED', Reason: 'read list.json: Access Denied' });
  });

  it('goes on when the table throttles', async () => {
    world.database.faults.throttle(0);
    const { watches } = world.deps;
    const putWatches = watches.putWatches.bind(watches);
    let failures = 2;
    watches.putWatches = async (...args) => {
      if (failures-- > 0) world.database.faults.throttle(1);
      return putWatches(...args);
    };
    const deployed = deploy(only(...KEYS));
    await passUntil(() => answers.length > 0, SECOND);
    await deployed;
    expect(last()).toMatchObject({ Status: 'SUCCESS', Data: { Added: '6' } });
    expect(await watched()).toEqual(KEYS);
  });

  it('gives up a minute before its time is over, also when something hangs for ever', async () => {
    reading = () => new Promise(() => {});
    const started = world.clock.now();
    const deployed = deploy(only(...KEYS));
    await passUntil(() => answers.length > 0, MINUTE);
    await deployed;
    expect(last()).toMatchObject({
      Status: 'FAILED',
      Reason: 'the watch list was not applied in 14.0 min; deploy again to go on',
    });
    const took = Date.parse(world.clock.now()) - Date.parse(started);
    expect(took).toBeLessThan(HOUR / 4);
  });

  it('cannot answer what is no request of CloudFormation, and says so', async () => {
    await expect(handler()({ RequestType: 'Create' }, aContext())).rejects.toThrow(
      'expected a request of CloudFormation, found something else in ResponseURL, StackId',
    );
    expect(answers).toEqual([]);
  });
});

/** Lets time pass in steps until it holds. */
async function passUntil(holds: () => boolean, step: number): Promise<void> {
  for (let n = 0; n < 2_000 && !holds(); n++) {
    if (n % 20 === 19) await world.clock.advance(step);
    await settled();
  }
}
