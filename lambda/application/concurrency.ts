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
  const iterator = iteratorOf(items);
  let failed: { readonly thrown: unknown } | undefined;
  const worker = async () => {
    try {
      while (failed === undefined) {
        const next = await iterator.next();
        if (next.done === true) return;
        await work(next.value);
      }
    } catch (thrown) {
      failed ??= { thrown };
    }
  };
  await Promise.all(Array.from({ length: limit }, worker));
  if (failed === undefined) return;
  await iterator.return?.();
  throw failed.thrown;
}

function iteratorOf<T>(items: Iterable<T> | AsyncIterable<T>): AsyncIterator<T> | Iterator<T> {
  return Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
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
  const running = new Map<number, Promise<Settled<R>>>();
  const next = async (): Promise<R> => {
    const settled = await Promise.race(running.values());
    running.delete(settled.key);
    if ('thrown' in settled) throw settled.thrown;
    return settled.result;
  };
  let key = 0;
  for await (const item of items) {
    running.set(key, settle(key, work(item)));
    key++;
    if (running.size >= limit) yield await next();
  }
  while (running.size > 0) yield await next();
}

type Settled<R> =
  | { readonly key: number; readonly result: R }
  | { readonly key: number; readonly thrown: unknown };

/** A value also of a failure: nobody may be waiting for it when it happens. */
function settle<R>(key: number, call: Promise<R>): Promise<Settled<R>> {
  return call.then(
    (result) => ({ key, result }),
    (thrown: unknown) => ({ key, thrown }),
  );
}
