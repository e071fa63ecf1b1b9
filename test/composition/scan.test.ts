import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createRegistryClient } from '../../lambda/adapters/registry/index.ts';
import { scanDepsOf } from '../../lambda/composition/functions/scan.ts';
import { MINUTE, SECOND } from '../../lambda/domain/time.ts';
import type { RegistrySettings } from '../../lambda/domain/watch.ts';
import { RecordingLog, RecordingQueue } from '../support/lambda/index.ts';
import { startStore, type TestStore } from '../support/store/index.ts';
import { ManualClock } from '../support/world/clock.ts';

const PRIVATE: RegistrySettings = { host: 'r.corp.example', allowPrivate: true, plainHttp: false };

let clock: ManualClock;
let database: TestStore;
let opened: (readonly RegistrySettings[])[];
let closed: number;
let deps: ReturnType<typeof scanDepsOf>;

beforeEach(async () => {
  clock = new ManualClock('2026-03-19T03:00:00.000Z');
  database = await startStore({ now: () => clock.now() });
  [opened, closed] = [[], 0];
  const open = (registries: readonly RegistrySettings[]) => {
    opened.push(registries);
    const client = createRegistryClient({ now: Date.now, settings: registries });
    const close = client.close.bind(client);
    client.close = async () => {
      closed++;
      await close();
    };
    return client;
  };
  const common = { clock, log: new RecordingLog().log, store: database.store };
  deps = scanDepsOf(common, open, new RecordingQueue());
});
afterEach(() => database.close());

describe('what scan works with', () => {
  it('is made once, as long as the watch list says the same of registries', async () => {
    const first = await deps();
    await clock.advance(2 * MINUTE);
    expect(await deps()).toBe(first);
    expect(opened).toEqual([[]]);
  });

  it('loses a permission within a minute of its removal from the watch list', async () => {
    await database.store.watches.putRegistries([PRIVATE]);
    const first = await deps();
    await database.store.watches.putRegistries([]);
    await clock.advance(MINUTE - SECOND);
    expect(await deps()).toBe(first);
    await clock.advance(SECOND);
    expect(await deps()).not.toBe(first);
    expect(opened).toEqual([[PRIVATE], []]);
    expect(closed).toBe(1);
  });

  it('is not had while nobody can say what is permitted', async () => {
    await deps();
    await clock.advance(MINUTE);
    database.faults.throttle(100);
    await expect(deps()).rejects.toMatchObject({ code: 'THROTTLED' });
    database.faults.throttle(0);
    await clock.advance(SECOND);
    expect(await deps()).toBeDefined();
  });
});
