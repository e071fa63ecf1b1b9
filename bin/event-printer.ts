import type { AlertMessage, Publisher } from '../lambda/application/ports.ts';
import type { RunReport } from '../lambda/application/run.ts';
import { renderAlert } from '../lambda/domain/alert.ts';
import type { EventRecord } from '../lambda/domain/event.ts';
import { eventData } from './event-shape.ts';
import type { Output } from './output.ts';

/**
 * Prints what a scan finds, as it happens. Alerts are printed where they are delivered, so that one
 * which an earlier, interrupted scan left is told by this one; what is no alert, when it is committed.
 */
export class EventPrinter implements Publisher {
  alerts = 0;
  readonly #output: Output;
  readonly #storeId: string;
  #kept: unknown[] = [];

  constructor(output: Output, storeId: string) {
    this.#output = output;
    this.#storeId = storeId;
  }

  async publish({ event }: AlertMessage): Promise<void> {
    this.alerts++;
    this.#print(event);
  }

  readonly committed = (event: EventRecord): void => {
    if (!event.alert) this.#print(event);
  };

  /** The end of one round: its totals, and with `json` all of it as one document. */
  round(report: RunReport, line: (report: RunReport) => string): void {
    const { run, throttled } = report;
    const { v: _v, ...told } = run;
    const end = { run: told, throttled };
    const { format } = this.#output;
    if (format === 'table') this.#output.line(line(report));
    else this.#output.data(format === 'jsonl' ? end : { events: this.#kept, ...end });
    this.#kept = [];
  }

  #print(event: EventRecord): void {
    const { format } = this.#output;
    if (format === 'table') {
      this.#output.line(renderAlert(event, { storeId: this.#storeId }).line);
      return;
    }
    const data = eventData(event, this.#storeId);
    if (format === 'jsonl') this.#output.data(data);
    else this.#kept.push(data);
  }
}
