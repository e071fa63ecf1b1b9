import type { Clock } from '../../lambda/application/ports.ts';
import { type Duration, MINUTE } from '../../lambda/domain/time.ts';
import type { Image, ImagePublisher } from './publisher.ts';
import type { Readers } from './readers.ts';

export const REPOSITORY = 'shop/api';
export const TAG = '1.4';

export const ISSUER = 'https://token.actions.githubusercontent.com';
export const RELEASE = 'https://github.com/shop/api/.github/workflows/release.yml@refs/tags/v1.4';
const STRANGER = 'https://github.com/stranger/fork/.github/workflows/release.yml@refs/tags/v1.4';

/** How long a signature may come after its image. */
export const GRACE: Duration = 5 * MINUTE;

export interface Telling {
  readonly publisher: ImagePublisher;
  readonly readers: Readers;
  readonly clock: Clock;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** What is there before anybody watches. */
export async function prologue({ publisher }: Pick<Telling, 'publisher'>): Promise<Image> {
  const first = await publisher.push('release 1.4.0');
  await publisher.sign(first, RELEASE, ISSUER);
  await publisher.tag(first, TAG);
  return first;
}

/** Who does what to the tag, and when; what Tagwarden makes of it is its own affair. */
export async function tellStory({
  publisher,
  readers,
  clock,
  say,
  signal,
}: Telling): Promise<void> {
  /** So many minutes later, and not before what happened up to then was told: so many events. */
  const after = async (minutes: number, events: number) => {
    await clock.sleep(minutes * MINUTE, signal);
    await readers.read(events, clock, signal);
  };

  await after(4, 2);
  say('Release 1.4.1, signed by the release workflow before the tag moves.');
  const good = await publisher.push('release 1.4.1');
  await publisher.sign(good, RELEASE, ISSUER);
  await publisher.tag(good, TAG);

  await after(5, 3);
  say(`Release 1.4.2 is pushed without a signature: it has ${GRACE / MINUTE} minutes to get one …`);
  const late = await publisher.push('release 1.4.2');
  await publisher.tag(late, TAG);
  await after(3, 4);
  say('… and here it is.');
  await publisher.sign(late, RELEASE, ISSUER);

  await after(4, 5);
  say('Somebody else pushes over the tag, and signs with an identity of their own.');
  const evil = await publisher.push('release 1.4.2 with a miner in it');
  await publisher.sign(evil, STRANGER, ISSUER);
  await publisher.tag(evil, TAG);

  await after(8, 7);
  say('The team rolls the tag back to 1.4.1.');
  await publisher.tag(good, TAG);
  await after(3, 8);
}
