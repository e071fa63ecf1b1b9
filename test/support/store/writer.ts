/**
 * A process of its own that opens the store in the given folder and commits, defers and unmarks
 * events until it is killed. It names each event once its write is acknowledged, or the error.
 *
 * `node writer.ts <folder> [most]`
 */
import { setTimeout as pause } from 'node:timers/promises';
import { openEmbedded } from '../../../lambda/adapters/dynamodb/embedded/index.ts';
import { createStore, StoreError } from '../../../lambda/adapters/dynamodb/index.ts';
import { MINUTE, plus } from '../../../lambda/domain/time.ts';
import { AT, anEvent } from './examples.ts';

const [, , dataDir, most = 'Infinity'] = process.argv;
const { client, tableName, close } = await openEmbedded({ dataDir });
const { events } = createStore(client, { tableName });
let next = 0;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function writeOne(): Promise<void> {
  const seq = ++next;
  const subject = `ghcr.io/acme/app${seq % 5}:1`;
  const event = anEvent({ subject, seq, at: plus(AT, seq) });
  await events.commit(event);
  say(`committed ${subject}#${seq}`);
  await events.project(event);
  if (seq % 3 === 0) await events.unmark(subject, seq);
  if (seq % 3 === 1) await events.defer(subject, seq, 1, plus(AT, MINUTE));
}

async function writeOn(): Promise<void> {
  while (next < Number(most)) {
    try {
      await writeOne();
    } catch (thrown) {
      const { code, temporary } = thrown as StoreError;
      say(thrown instanceof StoreError ? `failed ${code} ${temporary}` : `failed ${thrown}`);
      await pause(5);
    }
  }
}

say('open');
await Promise.all(Array.from({ length: 8 }, writeOn));
await close();
