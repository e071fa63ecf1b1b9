import * as z from 'zod/mini';
import type { Job } from '../../application/ports.ts';
import { SEVERITIES } from '../../domain/severity.ts';
import * as shape from '../../domain/shapes.ts';
import { UnreadableJobError } from './errors.ts';

const count = z.int().check(z.gte(0));

const checkJob = z.object({
  kind: z.literal('check'),
  id: shape.name,
  tick: shape.timestamp,
  sentAt: shape.timestamp,
  offset: count,
  unit: shape.unit,
  applyId: z.optional(shape.name),
  partial: z.optional(z.literal(true)),
  round: z.optional(count),
  depth: z.optional(count),
});

const endOfRound = z.object({
  kind: z.literal('end-of-round'),
  lane: shape.name,
  round: count,
  tick: shape.timestamp,
  depth: z.optional(count),
});

const testAlert = z.object({
  kind: z.literal('test-alert'),
  id: shape.name,
  sentAt: shape.timestamp,
  severity: z.enum(SEVERITIES),
  labels: z.array(shape.name),
});

const acknowledgement = z.object({
  kind: z.literal('acknowledge'),
  id: shape.name,
  sentAt: shape.timestamp,
  subject: shape.name,
  seq: z.int().check(z.gte(1)),
  reason: z.string(),
});

const job = z.discriminatedUnion('kind', [checkJob, endOfRound, testAlert, acknowledgement]);
const versioned = z.object({ v: z.int() });

/**
 * The job in the body of a message; what it has beyond what this program knows is left in it.
 *
 * @throws {UnreadableJobError}
 */
export function readJob(body: string): Job {
  const found = parse(body);
  const { v } = versioned.safeParse(found).data ?? {};
  if (v === undefined) throw new UnreadableJobError('it has no version');
  if (v !== 1) throw new UnreadableJobError(`it has version ${v}, this program knows 1`);
  const problem = shape.problemOf(job, found);
  if (problem !== undefined) throw new UnreadableJobError(problem);
  return found as Job;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new UnreadableJobError('it is not JSON');
  }
}
