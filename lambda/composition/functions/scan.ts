import { setTimeout as pause } from 'node:timers/promises';
import { createRegistryClient } from '../../adapters/registry/client.ts';
import { RegistryUsage } from '../../adapters/registry/usage.ts';
import { createRandomIds } from '../../adapters/runtime/ids.ts';
import type { Received } from '../../adapters/sqs/come-again.ts';
import { readJob } from '../../adapters/sqs/read-job.ts';
import { Aged } from '../../application/aged.ts';
import { type Measure, measuresOfTrust, type RegistryUse } from '../../application/measures.ts';
import type { Job } from '../../application/ports.ts';
import type { ScanDeps } from '../../application/scan.ts';
import { canonicalJson } from '../../domain/canonical-json.ts';
import { messageOf } from '../../domain/errors.ts';
import { PUBLIC_GOOD } from '../../domain/policy.ts';
import {
  between,
  type Duration,
  HOUR,
  MINUTE,
  millisecondsOf,
  plus,
  SECOND,
  type Timestamp,
} from '../../domain/time.ts';
import type { RegistrySettings } from '../../domain/watch.ts';
import type { FunctionSettings } from '../../settings/functions.ts';
import { createVerifier } from '../verifier.ts';
import { CLIENT, type Common, openCommon } from './common.ts';
import { openCredentials } from './credentials.ts';
import { lazyVerifier } from './lazy-verifier.ts';

export interface ScanFunction extends Pick<Common, 'clock' | 'log' | 'meter'> {
  /** With the registries as the watch list has them now. @throws when the store cannot be read */
  readonly deps: () => Promise<ScanDeps>;
  /** What was asked of registries since the last time. */
  readonly use: () => RegistryUse;
  /** The age of the trusted root, now and then; never throws. */
  readonly trust: () => Promise<readonly Measure[]>;
  /** @throws {UnreadableJobError} */
  readonly read: (body: string) => Job;
  readonly comeAgain: (received: Received) => Promise<void>;
}

/** A permission that was taken out of the watch list ends within this time. */
const SETTINGS_EVERY: Duration = MINUTE;

export function composeScan(settings: FunctionSettings<'scan'>): ScanFunction {
  const common = openCommon(settings);
  const { clock, log, meter } = common;
  const usage = new RegistryUsage();
  const sending = openSending(settings.queueUrl);
  const credentials = openCredentials(common, settings.credentialsSecretArn);
  const open = (registries: readonly RegistrySettings[]) =>
    createRegistryClient({
      ...{ credentials, usage, settings: registries },
      now: () => millisecondsOf(clock.now()),
    });
  return {
    ...{ clock, log, meter },
    deps: scanDepsOf(common, open, {
      send: async (messages) => (await sending()).queue.send(messages),
    }),
    use: () => usage.take(),
    trust: trustOf(common),
    read: readJob,
    comeAgain: async (received) => (await sending()).comeAgain(received),
  };
}

/** Most jobs send nothing on: what sends is loaded by the first that does. */
function openSending(queueUrl: string) {
  const load = async () => {
    const { comeAgain, createSqsQueue, sqsClient } = await import('../../adapters/sqs/index.ts');
    const sqs = { client: sqsClient(CLIENT), queueUrl };
    return {
      queue: createSqsQueue({ ...sqs, sleep: (milliseconds) => pause(milliseconds) }),
      comeAgain: (received: Received) => comeAgain(sqs, received),
    };
  };
  let loading: ReturnType<typeof load> | undefined;
  return () => {
    loading ??= load();
    return loading;
  };
}

/** At the start of the container and hourly: an alarm must see it age while nobody refreshes it. */
function trustOf({ clock, log, store }: Common) {
  let asked: Timestamp | undefined;
  return async (): Promise<readonly Measure[]> => {
    const now = clock.now();
    if (asked !== undefined && between(asked, now) < HOUR) return [];
    asked = now;
    try {
      return measuresOfTrust(await store.trust.refreshedAt?.(PUBLIC_GOOD), now);
    } catch (thrown) {
      log.warn('age of the trusted root not known', { why: messageOf(thrown) });
      return [];
    }
  };
}

type Client = ReturnType<typeof createRegistryClient>;

/** The registry client and what stands on it are made anew when the watch list says something else. */
export function scanDepsOf(
  { clock, log, store }: Pick<Common, 'clock' | 'log' | 'store'>,
  open: (registries: readonly RegistrySettings[]) => Client,
  queue: ScanDeps['queue'],
): () => Promise<ScanDeps> {
  const ids = createRandomIds();
  let current:
    | { readonly key: string; readonly client: Client; readonly deps: ScanDeps }
    | undefined;
  const load = async () => {
    const registries = await store.watches.registries();
    const key = canonicalJson(registries);
    if (current?.key !== key) {
      void current?.client.close();
      const client = open(registries);
      const verifier = lazyVerifier(() => createVerifier(client, clock, { stored: store.trust }));
      const { watches, lanes, states, events, sightings, runs } = store;
      const stores = { watches, lanes, states, events, sightings, runs };
      const deps = { clock, log, ids, queue, registry: client, verifier, ...stores };
      current = { key, client, deps };
    }
    return { value: current.deps, until: plus(clock.now(), SETTINGS_EVERY) };
  };
  const aged = new Aged<ScanDeps>({ clock, load, retryAfter: SECOND });
  return () => aged.get();
}
