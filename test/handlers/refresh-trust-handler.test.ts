import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { TrustUpdate } from '../../lambda/application/ports.ts';
import type { RefreshDeps } from '../../lambda/application/refresh-trust.ts';
import { PUBLIC_GOOD } from '../../lambda/domain/policy.ts';
import { DAY } from '../../lambda/domain/time.ts';
import { createRefreshTrustHandler } from '../../lambda/handlers/refresh-trust-handler.ts';
import { aContext, RecordingLog, RecordingMeter } from '../support/lambda/index.ts';
import { World } from '../support/world/index.ts';

const ROOT = Buffer.from(
  '{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1"}',
);

let world: World;
let meter: RecordingMeter;
let said: RecordingLog;
let update: () => Promise<TrustUpdate>;

beforeEach(async () => {
  world = await World.start();
  [meter, said] = [new RecordingMeter(), new RecordingLog()];
  update = async () => ({ kind: 'current', version: 3, bytes: ROOT, metadata: {} });
});
afterEach(() => world.close());

function invoke() {
  const { clock, deps } = world;
  const parts: RefreshDeps = {
    ...{ trust: deps.trust, log: said.log, name: PUBLIC_GOOD, requireSound: () => {} },
    repository: { update: () => update() },
  };
  const handler = createRefreshTrustHandler({
    clock,
    log: said.log,
    meter,
    deps: async () => parts,
  });
  return handler({}, aContext());
}

describe('the refresh of the trusted root', () => {
  it('says that it is current, and how old it is', async () => {
    expect(await invoke()).toMatchObject({ kind: expect.stringMatching(/updated|current/) });
    expect(meter.measures).toEqual([{ name: 'TrustRootAge', value: 0 }]);
  });

  it('never fails the function: what is in force stays, and ages', async () => {
    await invoke();
    await world.clock.advance(2 * DAY);
    const why = { reason: 'unreachable', detail: 'no route' } as const;
    update = async () => ({ kind: 'failed', ...why, metadata: {} });
    meter.measures.length = 0;
    expect(await invoke()).toMatchObject({ kind: 'failed', reason: 'unreachable' });
    expect(meter.measures).toEqual([{ name: 'TrustRootAge', value: (2 * DAY) / 1000 }]);
    expect(said.lines.map(({ level }) => level)).toContain('error');
  });
});
