/** More than anyone watches that count pulls. */
const MOST_REGISTRIES = 1_000;

/** Counts requests, and keeps the least that each registry said is left of its quota. */
export class RegistryUsage {
  #requests = 0;
  #quotas = new Map<string, number>();

  requested(): void {
    this.#requests++;
  }

  answered(registry: string, remaining: number): void {
    const least = Math.min(remaining, this.#quotas.get(registry) ?? remaining);
    if (this.#quotas.size < MOST_REGISTRIES || this.#quotas.has(registry)) {
      this.#quotas.set(registry, least);
    }
  }

  /** What there was since the last time. */
  take(): { readonly requests: number; readonly quotas: ReadonlyMap<string, number> } {
    const taken = { requests: this.#requests, quotas: this.#quotas };
    this.#requests = 0;
    this.#quotas = new Map();
    return taken;
  }
}
