import { messageOf } from '../../domain/errors.ts';
import { type DeliveryReport, deliver } from '../deliver.ts';
import type { Deps } from '../deps.ts';

/** Delivers in the background whenever it is woken: by a commit, as the stream does, and by every tick. */
export class DeliveryLoop {
  readonly #deps: Deps;
  #report: DeliveryReport = { delivered: 0, silent: 0, deferred: 0, setAside: 0 };
  #running: Promise<void> | undefined;
  #again = false;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** What all of its deliveries add up to. */
  get report(): DeliveryReport {
    return this.#report;
  }

  wake(): void {
    this.#again = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  /** Delivers once more, and resolves when nothing is under way. */
  async finish(): Promise<DeliveryReport> {
    this.wake();
    while (this.#running !== undefined) await this.#running;
    return this.#report;
  }

  async #run(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      try {
        this.#add(await deliver(this.#deps, this.#deps.clock.now()));
      } catch (thrown) {
        // The marks are still there: the next tick delivers.
        this.#deps.log.error('delivery failed', { why: messageOf(thrown) });
      }
    }
  }

  #add({ delivered, silent, deferred, setAside }: DeliveryReport): void {
    const sum = this.#report;
    this.#report = {
      delivered: sum.delivered + delivered,
      silent: sum.silent + silent,
      deferred: sum.deferred + deferred,
      setAside: sum.setAside + setAside,
    };
  }
}
