import type { Readable } from 'node:stream';
import { statusOf } from '../../lambda/application/status.ts';
import { stayView } from '../../lambda/application/views.ts';
import { type Stay, whereIs } from '../../lambda/application/where.ts';
import { type Digest, parseDigest, shortDigest } from '../../lambda/domain/digest.ts';
import type { Cli } from '../cli.ts';
import { UsageError } from '../cli-error.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { RowShape } from '../output.ts';
import { shortTime } from '../times.ts';
import { type OpenStore, withStoreToRead } from '../with-store.ts';

export async function where(cli: Cli, texts: readonly string[]): Promise<ExitCode> {
  const digests = await readDigests(cli, texts);
  return withStoreToRead(cli, async (opened) => {
    const count = await cli.output.rows(staysOf(opened, digests), { ...SHAPE, none: 'none found' });
    if (count > 0) return EXIT.done;
    cli.output.note(await watchedSince(opened));
    return EXIT.no;
  });
}

async function* staysOf({ store }: OpenStore, digests: readonly Digest[]): AsyncGenerator<Stay> {
  for (const digest of digests) yield* whereIs(store, digest);
}

const SHAPE: Omit<RowShape<Stay>, 'none'> = {
  columns: ['digest', 'event', 'role', 'not before', 'first seen', 'last seen', 'gone by'],
  cells: (stay) => [
    shortDigest(stay.digest, 12),
    `${stay.tagKey}#${stay.seq}`,
    stay.platform === undefined ? stay.role : `${stay.role} ${stay.platform}`,
    stay.notBefore === undefined ? '' : shortTime(stay.notBefore),
    shortTime(stay.firstSeen),
    stay.lastSeen === undefined ? '' : shortTime(stay.lastSeen),
    stay.goneBy === undefined ? 'still there' : shortTime(stay.goneBy),
  ],
  data: stayView,
};

/** What "none found" is worth: since when, and how closely, anything was looked at. */
async function watchedSince({ store, clock }: OpenStore): Promise<string> {
  let [tags, every, since] = [0, 0, clock.now()];
  for await (const { tagKey, terms } of statusOf(store, since)) {
    const first = await store.events.get(tagKey, 1);
    if (first === undefined) continue;
    tags++;
    every = Math.max(every, ...terms.map((each) => each.every));
    if (first.at < since) since = first.at;
  }
  if (tags === 0) return 'nothing was checked yet';
  const when = `since ${shortTime(since)} UTC`;
  return `${tags} tags were checked ${when}, at least every ${every} min; what was there in between is not known`;
}

/** Arguments, and the lines of standard input for `-`. @throws {DigestError} */
async function readDigests(cli: Cli, texts: readonly string[]): Promise<readonly Digest[]> {
  const lists = await Promise.all(
    texts.map((text) => (text === '-' ? linesOf(cli.io.stdin) : [text])),
  );
  const digests = lists.flat().map(wholeDigest);
  if (digests.length === 0)
    throw new UsageError('standard input was empty: expected a digest per line');
  return [...new Set(digests)];
}

/** What is stored is found by the whole digest only. */
function wholeDigest(text: string): Digest {
  if (/^(?:sha256:)?[0-9a-f]{6,63}…?$/.test(text)) {
    throw new UsageError(`${text}: expected the whole digest: status -o json shows it`);
  }
  return parseDigest(text);
}

async function linesOf(stream: Readable): Promise<string[]> {
  let text = '';
  for await (const part of stream) text += String(part);
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
