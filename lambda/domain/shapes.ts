import * as z from 'zod/mini';
import { isDigest } from './digest.ts';
import { laneOf, parseRegistry } from './reference.ts';
import { INTERVALS, TAGS_PER_UNIT } from './watch.ts';

/*
 * The shapes of what one function hands to another: a message of the queue, the compiled watch list.
 * They say whether a value is one; the value itself goes on as it came, so that what a newer version
 * added to it is not lost on the way.
 */

const text = (longest: number) => z.string().check(z.minLength(1), z.maxLength(longest));
const whole = (least: number) => z.int().check(z.gte(least));
export const digest = z.custom<string>(isDigest, 'expected a digest');
const texts = (longest: number) => z.array(text(longest));

const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

export const name = text(1_000);
export const tag = z.string().check(z.regex(TAG, 'expected a tag'));
export const every = z.literal([...INTERVALS], 'expected an interval');
export const timestamp = z
  .string()
  .check(z.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/, 'expected a UTC time'));
export const registry = z
  .string()
  .check(z.refine((host) => isCanonical(host), 'expected a canonical registry host'));

function isCanonical(host: string): boolean {
  try {
    return parseRegistry(host) === host;
  } catch {
    return false;
  }
}

export const terms = {
  watchId: name,
  policyName: name,
  policy: name,
  immutable: z.boolean(),
  pin: z.optional(digest),
  signatureGrace: whole(0),
  labels: texts(1_000),
  every,
};

export const filter = {
  semver: z.optional(text(200)),
  glob: z.optional(texts(1_000)),
  regex: z.optional(text(10_000)),
  exclude: texts(1_000),
  max: whole(1),
};

export const target = { registry, repository: text(255) };

const unitTag = z.object({
  tag: z.optional(tag),
  digest: z.optional(digest),
  terms: z.array(z.object(terms)).check(z.minLength(1)),
});

export const unit = z
  .object({
    v: z.literal(1),
    id: name,
    lane: text(261),
    every,
    slot: whole(0),
    ...target,
    tags: z.array(unitTag).check(z.maxLength(TAGS_PER_UNIT)),
    filter: z.optional(z.object({ ...filter, terms: z.object(terms) })),
    covered: z.optional(z.array(tag)),
    applyId: z.optional(name),
  })
  .check(z.refine(isInItsLane, 'expected the lane of its registry'));

function isInItsLane({ lane, registry: host }: { lane: string; registry: string }): boolean {
  return lane === laneOf(host);
}

/** Why a value has not that shape: the first problem with its path; undefined when it has. */
export function problemOf(shape: z.ZodMiniType, value: unknown): string | undefined {
  const { error } = shape.safeParse(value);
  const [issue] = error?.issues ?? [];
  if (issue === undefined) return undefined;
  const path = issue.path.map(String).join('.');
  return path === '' ? issue.message : `${path}: ${issue.message}`;
}
