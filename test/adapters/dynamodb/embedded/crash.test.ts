import { describe, expect, it } from '@jest/globals';
import { openEmbedded } from '../../../../lambda/adapters/dynamodb/embedded/index.ts';
import { createStore } from '../../../../lambda/adapters/dynamodb/index.ts';
import { DAY, plus } from '../../../../lambda/domain/time.ts';
import { AT } from '../../../support/store/examples.ts';
import { inFolder, startWriter } from '../../../support/store/processes.ts';
import { tornRows } from '../../../support/store/torn-rows.ts';

const NONE = { stray: [], missing: [] };

/** The acknowledged events that the store does not have. */
async function lost(dataDir: string, lines: readonly string[]): Promise<string[]> {
  const { client, tableName, close } = await openEmbedded({ dataDir });
  const { events } = createStore(client, { tableName });
  const since = plus(AT, -DAY);
  const there = new Set<string>();
  for await (const { subject, seq } of events.feed({ since, until: plus(AT, DAY) })) {
    there.add(`committed ${subject}#${seq}`);
  }
  await close();
  return lines.filter((line) => line.startsWith('committed') && !there.has(line));
}

describe('when the process is killed in the middle of its writes', () => {
  it.each([1, 40, 120])('has all that was acknowledged and whole indexes, after %d', (many) =>
    inFolder(async (dataDir) => {
      const writer = startWriter(dataDir);
      await writer.said('committed', many);
      await writer.kill();
      expect(writer.lines.length).toBeGreaterThan(many);
      expect(await tornRows(dataDir)).toEqual(NONE);
      expect(await lost(dataDir, writer.lines)).toEqual([]);
    }),
  );
});

describe('when the disk is full', () => {
  // A limit on the size of a file is what a test can set without a disk of its own: the log fills up.
  const before = 'trap "" XFSZ; ulimit -S -f 200';

  it('says so, goes on when there is room again, and has lost nothing', () =>
    inFolder(async (dataDir) => {
      const writer = startWriter(dataDir, { before, most: 150 });
      await writer.ended();
      const { lines } = writer;
      const failures = lines.filter((line) => line.startsWith('failed'));
      expect(failures.length).toBeGreaterThan(0);
      expect(new Set(failures)).toEqual(new Set(['failed FULL true']));
      expect(lines.findLastIndex((line) => line.startsWith('committed'))).toBeGreaterThan(
        lines.indexOf('failed FULL true'),
      );
      expect(await tornRows(dataDir)).toEqual(NONE);
      expect(await lost(dataDir, lines)).toEqual([]);
    }));
});
