import { Logger as Powertools } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import type { Logger } from '../../application/ports.ts';

/** The log of a function: one JSON object a line, with the request that it belongs to. */
export interface FunctionLogger extends Logger {
  /** At the begin of every invocation. The event itself is never logged. */
  begin(context: Context): void;
}

export function createFunctionLogger(options: {
  readonly service: string;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
}): FunctionLogger {
  const { service, level } = options;
  const levels = { debug: 'DEBUG', info: 'INFO', warn: 'WARN', error: 'ERROR' } as const;
  const powertools = new Powertools({ serviceName: service, logLevel: levels[level] });
  return {
    begin: (context) => powertools.addContext(context),
    debug: (message, fields = {}) => powertools.debug(message, fields),
    info: (message, fields = {}) => powertools.info(message, fields),
    warn: (message, fields = {}) => powertools.warn(message, fields),
    error: (message, fields = {}) => powertools.error(message, fields),
  };
}
