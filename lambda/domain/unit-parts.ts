import { createHash } from 'node:crypto';
import { type Interval, LARGEST_UNIT, TAGS_PER_UNIT, type UnitTag } from './watch.ts';

/** Spreads repositories evenly over the minutes of their interval, and keeps each at its minute. */
export function slotOf(repositoryKey: string, every: Interval): number {
  return createHash('sha256').update(repositoryKey).digest().readUInt32BE(0) % every;
}

/** In order; each part at most {@link TAGS_PER_UNIT} tags, and of more than one tag at most {@link LARGEST_UNIT} bytes. */
export function splitTags(tags: readonly UnitTag[]): UnitTag[][] {
  const parts: UnitTag[][] = [];
  let room = 0;
  for (const tag of tags) {
    const bytes = bytesOf(tag) + 1;
    const part = parts.at(-1);
    room -= bytes;
    if (part !== undefined && part.length < TAGS_PER_UNIT && room >= 0) {
      part.push(tag);
    } else {
      parts.push([tag]);
      room = LARGEST_UNIT - OVERHEAD - bytes;
    }
  }
  return parts;
}

/** Of a unit without its tags: names of at most 255 and 261 characters, ids and punctuation. */
const OVERHEAD = 1_024;

/** Of its JSON. */
export function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
