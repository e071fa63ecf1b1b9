import { Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { createConsolePublisher } from '../../../lambda/adapters/runtime/console-publisher.ts';
import { createRandomIds } from '../../../lambda/adapters/runtime/ids.ts';
import { createJsonLogger } from '../../../lambda/adapters/runtime/logger.ts';
import { renderAlert } from '../../../lambda/domain/alert.ts';
import { anEvent } from '../../support/store/examples.ts';
import { ManualClock, START } from '../../support/world/index.ts';

/** What was written, or the failure of every write. */
function sink(failure?: Error): { readonly stream: Writable; readonly lines: string[] } {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done(failure);
    },
  });
  stream.on('error', () => {});
  return { stream, lines };
}

const alert = renderAlert(anEvent(), { storeId: 's' });

describe('when an alert goes to a terminal', () => {
  it('is one line', async () => {
    const { stream, lines } = sink();
    await createConsolePublisher(stream).publish(alert);
    expect(lines).toEqual([`${alert.line}\n`]);
  });

  it('fails when the terminal is gone, so that it is delivered later', async () => {
    const { stream } = sink(new Error('EPIPE'));
    await expect(createConsolePublisher(stream).publish(alert)).rejects.toThrow('EPIPE');
  });
});

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
