import type { TrustStore } from '../../application/ports.ts';
import { ATTRIBUTE, KEY } from '../../contract/table-schema.ts';
import { digestOf } from '../../domain/digest.ts';
import type { TrustRootName } from '../../domain/policy.ts';
import { StoreError } from './errors.ts';
import { type Item, keyOf, number, textOf } from './item.ts';
import type { Table } from './table.ts';

interface Stored {
  readonly version: number;
  readonly bytes: Uint8Array;
}

/** Items `TRUST#<name>` / `<version>`: trusted roots, the highest version of each being in force. */
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

  /**
   * The same version with the same bytes again is no error.
   *
   * @throws {StoreError} `ROLLBACK`: an attacker who can feed an old root must not bring back keys
   * that were withdrawn in a newer one.
   */
  async put(name: TrustRootName, version: number, bytes: Uint8Array): Promise<void> {
    const latest = await this.#latest(name);
    if (latest?.version === version && Buffer.compare(latest.bytes, bytes) === 0) return;
    const rises = latest === undefined || version > latest.version;
    if (rises && (await this.#putNew(name, version, bytes)) === 'done') return;
    throw new StoreError(
      'ROLLBACK',
      `trust root ${name} version ${version} was not stored: expected one above ${latest?.version ?? version}`,
    );
  }

  async #putNew(name: string, version: number, bytes: Uint8Array): Promise<'done' | 'conflict'> {
    const item: Item = {
      ...keyOf(KEY.trustRoot(name, version)),
      [ATTRIBUTE.version]: number(1),
      [ATTRIBUTE.bytes]: { B: bytes },
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
      return { version: Number(textOf(item, ATTRIBUTE.sk)), bytes };
    }
    return undefined;
  }
}
