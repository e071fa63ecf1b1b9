import type { Publisher } from '../../application/ports.ts';

/** Alerts of which it is remembered who has taken them. */
const REMEMBERED = 1_000;

/**
 * Publishes to several channels, in their order. Where one fails, the whole alert is to be tried
 * again; a channel that has taken it from this process already is then not told twice.
 */
export function publishToAll(publishers: readonly Publisher[]): Publisher {
  const taken = new Map<string, Set<Publisher>>();
  return {
    publish: async (message) => {
      const by = taken.get(message.id) ?? new Set();
      taken.set(message.id, by);
      forgetOldest(taken);
      for (const publisher of publishers) {
        if (by.has(publisher)) continue;
        await publisher.publish(message);
        by.add(publisher);
      }
      taken.delete(message.id);
    },
  };
}

function forgetOldest(taken: Map<string, unknown>): void {
  for (const id of taken.keys()) {
    if (taken.size <= REMEMBERED) return;
    taken.delete(id);
  }
}
