import type { Logger } from '../lambda/application/ports.ts';
import type { Output } from './output.ts';
import { printable } from './printable.ts';

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

/** `warn: tag not checked (tag=…, why=…)`: log lines for a person, on stderr. */
export function createTerminalLogger(output: Output, level: (typeof LEVELS)[number]): Logger {
  const writer = (own: (typeof LEVELS)[number]) => {
    if (LEVELS.indexOf(own) < LEVELS.indexOf(level)) return () => {};
    return (message: string, fields: Record<string, unknown> = {}) => {
      const details = Object.entries(fields).map(([name, value]) => `${name}=${textOf(value)}`);
      const detail = details.length === 0 ? '' : ` (${details.join(', ')})`;
      output.note(printable(`${own}: ${message}${detail}`));
    };
  };
  return {
    debug: writer('debug'),
    info: writer('info'),
    warn: writer('warn'),
    error: writer('error'),
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined');
}
