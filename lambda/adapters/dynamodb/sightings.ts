import type { Sighting, SightingStore } from '../../application/ports.ts';
import { ATTRIBUTE, KEY } from '../../contract/table-schema.ts';
import type { Digest } from '../../domain/digest.ts';
import type { EventRecord } from '../../domain/event.ts';
import type { TagKey } from '../../domain/reference.ts';
import { documentOf, type Item, text, textOf, toItem } from './item.ts';
import type { Table } from './table.ts';

/** Items `DIGEST#<digest>` / `<tag key>#<number>`: which tags ever led to a digest. */
export class DynamoSightingStore implements SightingStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  where(digest: Digest): AsyncIterable<Sighting> {
    return this.#read(digest, '', false);
  }

  async of(digest: Digest, tagKey: TagKey): Promise<readonly Sighting[]> {
    return Array.fromAsync(this.#read(digest, KEY.sightingsOf(tagKey), true));
  }

  /** Everything that the event saw; the same again if it is already there. */
  async record(event: EventRecord): Promise<void> {
    const sightings = sightingsOf(event);
    const items = sightings.map((sighting) =>
      toItem(KEY.sighting(sighting.digest, sighting.tagKey, sighting.seq), sighting),
    );
    await this.#table.batchWrite(items);
  }

  async *#read(digest: Digest, prefix: string, newestFirst: boolean): AsyncIterable<Sighting> {
    const items = this.#table.query({
      hash: [ATTRIBUTE.pk, KEY.sightings(digest)],
      ...(prefix !== '' && {
        sort: {
          expression: `begins_with(${ATTRIBUTE.sk}, :prefix)`,
          values: { ':prefix': text(prefix) },
        },
      }),
      newestFirst,
    });
    for await (const item of items) yield sightingOf(item);
  }
}

/** One per digest: platforms that share a manifest share a sighting. */
function sightingsOf(event: EventRecord): readonly Sighting[] {
  const tagDigest = event.now?.digest ?? event.after?.digest;
  const found = new Map<Digest, Sighting>();
  if (tagDigest === undefined) return [];
  for (const { digest, role, platform } of event.sightings) {
    const before = found.get(digest);
    const platforms = [before?.platform, platform].filter((each) => each !== undefined);
    found.set(digest, {
      digest,
      tagKey: event.subject,
      seq: event.seq,
      at: event.at,
      role: before?.role ?? role,
      ...(platforms.length > 0 && { platform: [...new Set(platforms)].join(', ') }),
      tagDigest,
      rejected: event.now?.verdict === 'rejected',
    });
  }
  return [...found.values()];
}

function sightingOf(item: Item): Sighting {
  return documentOf<Sighting>(item, (found) => {
    const { pk, sk } = KEY.sighting(found.digest, found.tagKey, found.seq);
    return textOf(item, ATTRIBUTE.pk) === pk && textOf(item, ATTRIBUTE.sk) === sk;
  });
}
