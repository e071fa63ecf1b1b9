import type { AlertMessage, Publisher } from '../lambda/application/ports.ts';
import { eventView } from '../lambda/application/views.ts';
import { renderAlert } from '../lambda/domain/alert.ts';
import { type EventRecord, eventIdOf } from '../lambda/domain/event.ts';
import type { Output } from './output.ts';
import type { ScanReport } from './totals.ts';

/**
 * Prints events as they happen, once each. Those of this process are printed when they are
 * committed, as another process may be the one that delivers them; alerts that an interrupted one
 * left behind, when they are delivered.
 */
export class EventPrinter implements Publisher {
  /** How many of the printed events are alerts. */
  alerts = 0;
  readonly #output: Output;
  readonly #storeId: string;
  readonly #printed = new Set<string>();
  #kept: unknown[] = [];

  constructor(output: Output, storeId: string) {
    this.#output = output;
    this.#storeId = storeId;
  }

  async publish({ event }: AlertMessage): Promise<void> {
    const printedBefore = this.#printed.delete(eventIdOf(event));
    if (!printedBefore) this.#print(event);
  }

  readonly committed = (event: EventRecord): void => {
    if (event.alert) this.#printed.add(eventIdOf(event));
    this.#print(event);
  };

  /** The end of one round: its totals, and with `json` all of it as one document. */
  round(report: ScanReport, line: (report: ScanReport) => string): void {
    const { run, throttled } = report;
    const { v: _v, ...told } = run;
    const end = { run: told, throttled };
    const { format } = this.#output;
    if (format === 'table') this.#output.line(line(report));
    else this.#output.data(format === 'jsonl' ? end : { events: this.#kept, ...end });
    this.#kept = [];
  }

  #print(event: EventRecord): void {
    if (event.alert) this.alerts++;
    const { format } = this.#output;
    if (format === 'table') {
      this.#output.line(renderAlert(event, { storeId: this.#storeId }).line);
      return;
    }
    const data = eventView(event, this.#storeId);
    if (format === 'jsonl') this.#output.data(data);
    else this.#kept.push(data);
  }
}
