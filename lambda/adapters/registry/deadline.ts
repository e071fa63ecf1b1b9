import { setMaxListeners } from 'node:events';
import type { Duration } from '../../domain/time.ts';
import { RegistryError, transportError } from './errors.ts';

/**
 * Does some work of a registry within a total time, and gives every failure its name.
 *
 * Attack: a registry that accepts and is silent, or drips a byte now and then, trips no idle timer;
 * the whole of what was asked has one end. The timer is our own, not `AbortSignal.timeout`, whose
 * timers outlive the request by seconds: at thousands of requests a second that is memory.
 *
 * @param asked what was asked of whom, for the message
 * @throws {RegistryError} or the reason of `outer`, when that is what ended it
 */
export async function within<T>(
  limit: Duration,
  outer: AbortSignal | undefined,
  asked: () => string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  outer?.throwIfAborted();
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort(new RegistryError('TIMEOUT', `${asked()}: no whole answer in ${limit} ms`));
  }, limit);
  const forward = () => controller.abort(outer?.reason);
  if (outer !== undefined) {
    // Any number of requests may be under way for one signal: that is no leak.
    setMaxListeners(0, outer);
    outer.addEventListener('abort', forward);
  }
  try {
    return await work(controller.signal);
  } catch (thrown) {
    if (controller.signal.aborted) throw controller.signal.reason;
    throw transportError(thrown, asked());
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener('abort', forward);
  }
}

/** Waits for something shared, but no longer than this request may last. */
export function unlessAborted<T>(signal: AbortSignal, shared: Promise<T>): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const stop = () => reject(signal.reason);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  shared.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  return promise;
}
