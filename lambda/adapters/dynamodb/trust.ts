import type { TrustRefresh, TrustStore } from '../../application/ports.ts';
import { ATTRIBUTE, KEY } from '../../contract/table-schema.ts';
import { digestOf } from '../../domain/digest.ts';
import type { TrustRootName } from '../../domain/policy.ts';
import type { Timestamp } from '../../domain/time.ts';
import { StoreError } from './errors.ts';
import { type Item, keyOf, number, text, textOf } from './item.ts';
import type { Table } from './table.ts';
import { itemOfRefresh, refreshOf } from './trust-refresh.ts';

interface Stored {
  readonly version: number;
  readonly bytes: Uint8Array;
  readonly refreshedAt?: Timestamp;
}

/**
 * Items `TRUST#<name>` / `<version>`: trusted roots, the highest version of each being in force; and
 * `TRUST#refresh#<name>`: what the refresh of each left behind.
 */
export class DynamoTrustStore implements TrustStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async read(name: TrustRootName): Promise<Uint8Array | undefined> {
    const latest = await this.#latest(name);
    if (latest === undefined) return undefined;
    // Who can write to the table must not be able to replace a root that is named by its hash.
    if (name.startsWith('sha256:') && digestOf(latest.bytes) !== name) {
      throw new StoreError('CORRUPT', `trust root ${name} does not hash to its name`);
    }
    return latest.bytes;
  }

  async refreshedAt(name: TrustRootName): Promise<Timestamp | undefined> {
    return (await this.#latest(name))?.refreshedAt;
  }

  /**
   * The same version with the same bytes again is no error.
   *
   * @throws {StoreError} `ROLLBACK`: an attacker who can feed an old root must not bring back keys
   * that were withdrawn in a newer one.
   */
  async put(
    name: TrustRootName,
    version: number,
    bytes: Uint8Array,
    refreshedAt?: Timestamp,
  ): Promise<void> {
    const latest = await this.#latest(name);
    if (latest?.version === version && Buffer.compare(latest.bytes, bytes) === 0) {
      return this.#confirm(name, latest, refreshedAt);
    }
    const rises = latest === undefined || version > latest.version;
    const stored = { version, bytes, ...(refreshedAt !== undefined && { refreshedAt }) };
    if (rises && (await this.#putNew(name, stored)) === 'done') return;
    throw new StoreError(
      'ROLLBACK',
      `trust root ${name} version ${version} was not stored: expected one above ${latest?.version ?? version}`,
    );
  }

  async refresh(name: TrustRootName): Promise<TrustRefresh | undefined> {
    const item = await this.#table.get(KEY.trustRefresh(name));
    return item && refreshOf(item);
  }

  async writeRefresh(
    name: TrustRootName,
    refresh: TrustRefresh,
    expectedRev: number | 'absent',
  ): Promise<'done' | 'conflict'> {
    const item = itemOfRefresh(KEY.trustRefresh(name), refresh);
    if (expectedRev === 'absent') {
      return this.#table.put(item, { expression: `attribute_not_exists(${ATTRIBUTE.pk})` });
    }
    return this.#table.put(item, {
      expression: `${ATTRIBUTE.rev} = :rev`,
      values: { ':rev': number(expectedRev) },
    });
  }

  async #confirm(name: string, stored: Stored, at: Timestamp | undefined): Promise<void> {
    if (at === undefined || at === stored.refreshedAt) return;
    await this.#table.update(
      KEY.trustRoot(name, stored.version),
      `SET ${ATTRIBUTE.refreshedAt} = :at`,
      { expression: `attribute_exists(${ATTRIBUTE.pk})`, values: { ':at': text(at) } },
    );
  }

  async #putNew(
    name: string,
    { version, bytes, refreshedAt }: Stored,
  ): Promise<'done' | 'conflict'> {
    const item: Item = {
      ...keyOf(KEY.trustRoot(name, version)),
      [ATTRIBUTE.version]: number(1),
      [ATTRIBUTE.bytes]: { B: bytes },
      ...(refreshedAt !== undefined && { [ATTRIBUTE.refreshedAt]: text(refreshedAt) }),
    };
    return this.#table.put(item, { expression: `attribute_not_exists(${ATTRIBUTE.pk})` });
  }

  async #latest(name: string): Promise<Stored | undefined> {
    const items = this.#table.query({
      hash: [ATTRIBUTE.pk, KEY.trustRoots(name)],
      newestFirst: true,
      consistent: true,
      page: 1,
    });
    for await (const item of items) {
      const bytes = item[ATTRIBUTE.bytes]?.B;
      if (bytes === undefined) throw new StoreError('CORRUPT', `trust root ${name} has no bytes`);
      const refreshedAt = textOf(item, ATTRIBUTE.refreshedAt);
      const version = Number(textOf(item, ATTRIBUTE.sk));
      return { version, bytes, ...(refreshedAt !== undefined && { refreshedAt }) };
    }
    return undefined;
  }
}
