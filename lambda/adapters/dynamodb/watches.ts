import type { Applied, Unreadable, WatchStore } from '../../application/ports.ts';
import { ATTRIBUTE, KEY, SHARDS } from '../../contract/table-schema.ts';
import type { Policy, PolicyHash } from '../../domain/policy.ts';
import type { Interval, LaneId, RegistrySettings, Unit, Watch } from '../../domain/watch.ts';
import { StoreError } from './errors.ts';
import { documentOf, textOf, toItem } from './item.ts';
import type { Table } from './table.ts';
import type { Units } from './units.ts';

/** Items `WATCH#<shard>`, `POLICY#<hash>`, `REGISTRIES`, `APPLIED` and, through {@link Units}, `DUE#…`. */
export class DynamoWatchStore implements WatchStore {
  readonly #table: Table;
  readonly #units: Units;

  constructor(table: Table, units: Units) {
    this.#table = table;
    this.#units = units;
  }

  async applied(): Promise<Applied | undefined> {
    const item = await this.#table.get(KEY.applied);
    return item && documentOf<Applied>(item, ({ hash }) => typeof hash === 'string');
  }

  async putApplied(applied: Applied): Promise<void> {
    await this.#table.put(toItem(KEY.applied, applied));
  }

  async *watches(): AsyncIterable<Watch> {
    for (let shard = 0; shard < SHARDS; shard++) {
      const items = this.#table.query({
        hash: [ATTRIBUTE.pk, KEY.watches(shard)],
        consistent: true,
      });
      for await (const item of items) {
        yield documentOf<Watch>(item, ({ watchId }) => watchId === textOf(item, ATTRIBUTE.sk));
      }
    }
  }

  async putWatches(watches: readonly Watch[]): Promise<void> {
    await this.#table.batchWrite(watches.map((watch) => toItem(KEY.watch(watch.watchId), watch)));
  }

  async removeWatches(ids: readonly string[]): Promise<void> {
    await this.#table.batchWrite([], ids.map(KEY.watch));
  }

  async putPolicies(policies: ReadonlyMap<PolicyHash, Policy>): Promise<void> {
    const items = [...policies].map(([hash, policy]) => toItem(KEY.policy(hash), { hash, policy }));
    await this.#table.batchWrite(items);
  }

  async policies(hashes: readonly PolicyHash[]): Promise<ReadonlyMap<PolicyHash, Policy>> {
    const { items, unread } = await this.#table.batchGet(hashes.map(KEY.policy), {
      consistent: true,
    });
    // A policy that is merely unread must not look like one that does not exist.
    if (unread.size > 0) {
      throw new StoreError('THROTTLED', `${unread.size} policies were left unread again and again`);
    }
    const wanted = new Set(hashes);
    const found = [...items.values()].map((item) =>
      documentOf<{ hash: PolicyHash; policy: Policy }>(item, ({ hash }) => wanted.has(hash)),
    );
    return new Map(found.map(({ hash, policy }) => [hash, policy]));
  }

  /** These and no others: a permission that was taken out of the watch list must not live on. */
  async putRegistries(registries: readonly RegistrySettings[]): Promise<void> {
    const hosts = new Set(registries.map(({ host }) => host));
    const gone = (await this.registries()).filter(({ host }) => !hosts.has(host));
    await this.#table.batchWrite(
      registries.map((settings) => toItem(KEY.registry(settings.host), settings)),
      gone.map(({ host }) => KEY.registry(host)),
    );
  }

  async registries(): Promise<readonly RegistrySettings[]> {
    const items = this.#table.query({ hash: [ATTRIBUTE.pk, KEY.registries], consistent: true });
    return Array.fromAsync(items, (item) =>
      documentOf<RegistrySettings>(item, ({ host }) => host === textOf(item, ATTRIBUTE.sk)),
    );
  }

  units(): AsyncIterable<Unit> {
    return this.#units.all();
  }

  putUnits(units: readonly Unit[]): Promise<void> {
    return this.#units.put(units);
  }

  removeUnits(units: readonly Unit[]): Promise<void> {
    return this.#units.remove(units);
  }

  unitsBySlot(
    lane: LaneId,
    every: Interval,
    from: number,
    to: number,
    startAfter?: string,
    unreadable?: Unreadable,
  ): AsyncIterable<Unit> {
    const range = { from, to, ...(startAfter !== undefined && { startAfter }) };
    return this.#units.bySlot(lane, every, range, unreadable);
  }
}
