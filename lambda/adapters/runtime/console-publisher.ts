import type { Writable } from 'node:stream';
import type { AlertMessage, Publisher } from '../../application/ports.ts';

/** Prints the one-line form of each alert; resolves when the stream has taken it. */
export function createConsolePublisher(stream: Writable): Publisher {
  return {
    publish: (message: AlertMessage) =>
      new Promise((resolve, reject) => {
        stream.write(`${message.line}\n`, (failed) => (failed ? reject(failed) : resolve()));
      }),
  };
}
