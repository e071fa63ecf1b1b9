import { Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { createRandomIds } from '../../../lambda/adapters/runtime/ids.ts';
import { createJsonLogger } from '../../../lambda/adapters/runtime/logger.ts';
import { ManualClock, START } from '../../support/world/index.ts';

/** What was written. */
function sink(): { readonly stream: Writable; readonly lines: string[] } {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  return { stream, lines };
}

describe('when something is logged', () => {
  it('is one JSON object per line, from the level on that is wanted', () => {
    const { stream, lines } = sink();
    const log = createJsonLogger({ stream, clock: new ManualClock(START), level: 'warn' });
    log.info('unheard');
    log.warn('lane\nlate', { lane: 'ghcr.io' });
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      at: START,
      level: 'warn',
      message: 'lane\nlate',
      lane: 'ghcr.io',
    });
  });
});

describe('when ids are made', () => {
  it('never repeats one', () => {
    const ids = createRandomIds();
    expect(new Set(Array.from({ length: 1000 }, () => ids.newId())).size).toBe(1000);
  });
});
