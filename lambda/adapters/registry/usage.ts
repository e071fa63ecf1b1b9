/** More than anyone watches that count pulls. */
const MOST_REGISTRIES = 1_000;

/** Counts requests, and keeps the least that each registry said is left of its quota. */
export class RegistryUsage {
  #requests = 0;
  #quotas = new Map<string, number>();

  requested(): void {
    this.#requests++;
  }

  /** @param remaining - `ratelimit-remaining` (draft-ietf-httpapi-ratelimit-headers): Docker Hub says `76;w=21600` */
  answered(registry: string, remaining: string | readonly string[] | undefined): void {
    const [digits] = /^\d{1,9}(?=;|$)/.exec(typeof remaining === 'string' ? remaining : '') ?? [];
    if (digits === undefined) return;
    const least = Math.min(Number(digits), this.#quotas.get(registry) ?? Number.POSITIVE_INFINITY);
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
