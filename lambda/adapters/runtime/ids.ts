import { randomUUID } from 'node:crypto';
import type { IdSource } from '../../application/ports.ts';

export function createRandomIds(): IdSource {
  return { newId: () => randomUUID() };
}
