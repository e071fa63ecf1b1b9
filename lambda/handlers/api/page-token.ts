import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { ApiProblem } from './problem.ts';

/** Where to go on, as an opaque text; bound to its question, and checked like any other input. */
const token = z.object({ v: z.literal(1), q: z.string(), c: z.unknown() });

const LONGEST = 2_048;

export function writePageToken(question: string, cursor: unknown): string {
  const text = JSON.stringify({ v: 1, q: hashOf(question), c: cursor });
  return Buffer.from(text).toString('base64url');
}

/**
 * @param question - the route with its parameters, but for page and limit
 * @throws {ApiProblem} of a kind of its own
 */
export function readPageToken<T>(text: string, question: string, cursor: z.ZodMiniType<T>): T {
  const refuse = (why: string) =>
    new ApiProblem(400, 'page-token', `page: ${why}; expected the token of the page before`);
  if (text.length > LONGEST || !/^[\w-]+$/.test(text)) throw refuse('found something else');
  const { data } = token.safeParse(parse(Buffer.from(text, 'base64url').toString()));
  if (data === undefined) throw refuse('found something else');
  if (data.q !== hashOf(question)) throw refuse('found the token of another question');
  const read = cursor.safeParse(data.c);
  if (!read.success) throw refuse('found something else');
  return read.data;
}

function hashOf(question: string): string {
  return createHash('sha256').update(question).digest('base64url').slice(0, 16);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
