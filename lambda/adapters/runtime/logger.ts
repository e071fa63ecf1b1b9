import type { Writable } from 'node:stream';
import type { Clock, Logger } from '../../application/ports.ts';

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LEVELS)[number];

/** One JSON object per line: `at`, `level`, `message`, and the fields of the call. */
export function createJsonLogger(options: {
  readonly stream: Writable;
  readonly clock: Pick<Clock, 'now'>;
  readonly level: LogLevel;
}): Logger {
  const writer = (level: LogLevel) => (message: string, fields?: Record<string, unknown>) => {
    if (LEVELS.indexOf(level) < LEVELS.indexOf(options.level)) return;
    const line = { at: options.clock.now(), level, message, ...fields };
    options.stream.write(`${JSON.stringify(line)}\n`);
  };
  return {
    debug: writer('debug'),
    info: writer('info'),
    warn: writer('warn'),
    error: writer('error'),
  };
}

/** Says nothing: for a pipe, where only results count. */
export function createQuietLogger(): Logger {
  const silent = () => {};
  return { debug: silent, info: silent, warn: silent, error: silent };
}
