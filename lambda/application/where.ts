import type { Digest } from '../domain/digest.ts';
import type { EventRecord } from '../domain/event.ts';
import type { TagKey } from '../domain/reference.ts';
import type { Timestamp } from '../domain/time.ts';
import type { Deps } from './deps.ts';
import type { Sighting } from './ports.ts';

/** One stretch during which a tag pointed at a digest. */
export interface Stay {
  readonly digest: Digest;
  readonly tagKey: TagKey;
  /** The event that said so. */
  readonly seq: number;
  readonly role: Sighting['role'];
  readonly platform?: string;
  /** What the tag itself pointed at. */
  readonly tagDigest: Digest;
  /** The tag was elsewhere then; absent when this is what the first check found. */
  readonly notBefore?: Timestamp;
  readonly firstSeen: Timestamp;
  /** The last time it was still there; absent while it is, and where nothing says when. */
  readonly lastSeen?: Timestamp;
  /** The tag was elsewhere, or gone, from then on at the latest; absent while it points there. */
  readonly goneBy?: Timestamp;
}

type WhereDeps = Pick<Deps, 'events' | 'sightings'>;

/** Which tags point or ever pointed at an index, platform manifest or config; behind the first `skip`. */
export async function* whereIs(deps: WhereDeps, digest: Digest, skip = 0): AsyncGenerator<Stay> {
  let seen = 0;
  for await (const sighting of deps.sightings.where(digest)) {
    if (seen++ < skip) continue;
    const { tagKey, seq, role, platform, tagDigest, at } = sighting;
    const came = await deps.events.get(tagKey, seq);
    const left = await leaving(deps, sighting);
    yield {
      digest,
      tagKey,
      seq,
      role,
      ...(platform === undefined ? {} : { platform }),
      tagDigest,
      ...(came?.lastUnchanged === undefined ? {} : { notBefore: came.lastUnchanged }),
      firstSeen: at,
      ...(left?.lastUnchanged === undefined ? {} : { lastSeen: left.lastUnchanged }),
      ...(left === undefined ? {} : { goneBy: left.at }),
    };
  }
}

/** The next event after which the tag was not there any more. */
async function leaving(
  { events }: WhereDeps,
  { tagKey, seq, tagDigest }: Sighting,
): Promise<EventRecord | undefined> {
  for (let next = seq + 1; ; next++) {
    const event = await events.get(tagKey, next);
    if (event === undefined || !isThere(event, tagDigest)) return event;
  }
}

function isThere({ after }: EventRecord, digest: Digest): boolean {
  return after?.digest === digest && after.presence !== 'missing';
}
