/**
 * Calls `work` on every item, at most `limit` at a time, taking the next item only when there is
 * room: a stream of any length is never held in memory. The first failure ends it, after the calls
 * under way have settled.
 */
export async function forEachConcurrent<T>(
  items: Iterable<T> | AsyncIterable<T>,
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  let failed: { readonly thrown: unknown } | undefined;
  for await (const item of items) {
    const call: Promise<void> = work(item)
      .catch((thrown: unknown) => {
        failed ??= { thrown };
      })
      .finally(() => running.delete(call));
    running.add(call);
    if (running.size >= limit) await Promise.race(running);
    if (failed !== undefined) break;
  }
  await Promise.all(running);
  if (failed !== undefined) throw failed.thrown;
}

/** Lists of at most `size` items, in order, as the stream comes. */
export async function* inBatches<T>(
  items: Iterable<T> | AsyncIterable<T>,
  size: number,
): AsyncGenerator<T[]> {
  let batch: T[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** What `work` makes of every item, as it comes, at most `limit` at a time and never further ahead. */
export async function* mapConcurrent<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  limit: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const running = new Map<number, Promise<{ readonly key: number; readonly result: R }>>();
  const settle = async () => {
    const { key, result } = await Promise.race(running.values());
    running.delete(key);
    return result;
  };
  let next = 0;
  for await (const item of items) {
    const key = next++;
    running.set(
      key,
      work(item).then((result) => ({ key, result })),
    );
    if (running.size >= limit) yield await settle();
  }
  while (running.size > 0) yield await settle();
}
