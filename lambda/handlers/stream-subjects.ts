import type { Logger } from '../application/ports.ts';
import { KEY } from '../contract/table-schema.ts';

const PREFIX = KEY.events('');

/**
 * Whose events the records of a stream are, each once; undefined for an event that is none of a
 * stream. Nothing but their keys is looked at, and one that makes no sense is left out.
 */
export function subjectsIn(event: unknown, log: Logger): ReadonlySet<string> | undefined {
  const records = fieldOf(event, 'Records');
  if (!Array.isArray(records)) return undefined;
  const subjects = new Set<string>();
  for (const record of records) {
    const key = fieldOf(fieldOf(fieldOf(fieldOf(record, 'dynamodb'), 'Keys'), 'pk'), 'S');
    if (typeof key === 'string' && key.startsWith(PREFIX)) subjects.add(key.slice(PREFIX.length));
    else log.warn('record of the stream left out', { expected: `a key ${PREFIX}…` });
  }
  return subjects;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
