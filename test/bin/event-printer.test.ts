import { describe, expect, it } from '@jest/globals';
import { EventPrinter } from '../../bin/event-printer.ts';
import { Output } from '../../bin/output.ts';
import { renderAlert } from '../../lambda/domain/alert.ts';
import type { EventRecord } from '../../lambda/domain/event.ts';
import { Shell } from './support.ts';

const MOVED: EventRecord = {
  v: 1,
  subject: 'ghcr.io/acme/app:1.4',
  seq: 3,
  at: '2026-03-12T12:00:00.000Z',
  commitId: 'c',
  kind: 'tag.moved',
  severity: 'low',
  state: 'open',
  changes: [{ kind: 'tag.moved', severity: 'low', summary: 'moved' }],
  alert: true,
  watches: [],
  sightings: [],
};
const SILENT: EventRecord = { ...MOVED, seq: 2, alert: false };

async function printed(work: (printer: EventPrinter) => Promise<void>) {
  let alerts = 0;
  const shell = new Shell();
  const { stdout } = await shell.inWorld(async (io) => {
    const printer = new EventPrinter(new Output(io, { format: 'jsonl', color: false }), 'store');
    await work(printer);
    alerts = printer.alerts;
    return 0;
  });
  shell.remove();
  const lines = stdout.trimEnd().split('\n').filter(Boolean);
  return { alerts, seqs: lines.map((line) => JSON.parse(line).data.seq) };
}

const alertOf = (event: EventRecord) => renderAlert(event, { storeId: 'store' });

describe('what a scan prints', () => {
  it('is each event once, when it is committed', async () => {
    const found = await printed(async (printer) => {
      printer.committed(SILENT);
      printer.committed(MOVED);
      await printer.publish(alertOf(MOVED));
    });
    expect(found).toEqual({ alerts: 1, seqs: [2, 3] });
  });

  it('is also the alert that an interrupted process left behind', async () => {
    expect(await printed((printer) => printer.publish(alertOf(MOVED)))).toEqual({
      alerts: 1,
      seqs: [3],
    });
  });

  it('is its own alert too when another process delivers it', async () => {
    const found = await printed(async (printer) => printer.committed(MOVED));
    expect(found).toEqual({ alerts: 1, seqs: [3] });
  });
});
