import type { z } from 'zod';
import { describe, type Path, suggestion } from './problem.ts';

/** What a schema found wrong, in the words of a problem. */
export interface SchemaProblem {
  readonly path: Path;
  readonly message: string;
  /** The key itself is wrong, not its value. */
  readonly at: 'key' | 'value';
}

type Issue = z.core.$ZodIssue;

/** Keys whose meaning is planned: nobody may rely on their being unknown. */
const RESERVED: ReadonlySet<string> = new Set([
  'settle',
  'reverify',
  'mirrors',
  'mute',
  'expectMoveWithin',
]);

/** Every issue about `value`, one problem for each wrong key or value. */
export function schemaProblems(issues: readonly Issue[], value: unknown): SchemaProblem[] {
  return issues.flatMap((issue) => problemsOf(issue, value, []));
}

function problemsOf(issue: Issue, value: unknown, prefix: Path): SchemaProblem[] {
  const path = [...prefix, ...issue.path.map(asPart)];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(path, key, issue.message.split(' ')));
    case 'invalid_union':
      return unionProblems(issue, value, path);
    case 'invalid_key':
      return issue.issues.map(({ message }) => ({ path, message, at: 'key' as const }));
    case 'custom':
      return [{ path, message: issue.message, at: 'value' }];
    default: {
      const found = describe(valueAt(value, path));
      return [{ path, message: `found ${found}, expected ${expectation(issue)}`, at: 'value' }];
    }
  }
}

/** Of a union of a text and a mapping: what is wrong with the one that was meant. */
function unionProblems(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  value: unknown,
  path: Path,
): SchemaProblem[] {
  const meant = issue.errors.find((branch) => !branch.some(isOtherKind));
  if (meant !== undefined) return meant.flatMap((inner) => problemsOf(inner, value, path));
  const expected = issue.errors.flat().map(expectation);
  const found = describe(valueAt(value, path));
  return [{ path, message: `found ${found}, expected ${expected.join(' or ')}`, at: 'value' }];
}

/** The value is no text, no mapping, and so on: this branch of a union was not meant. */
function isOtherKind({ code, path }: Issue): boolean {
  return code === 'invalid_type' && path.length === 0;
}

function unknownKey(path: Path, key: string, known: readonly string[]): SchemaProblem {
  const message = RESERVED.has(key)
    ? `found the key "${key}", which is reserved for a later version of Tagwarden`
    : `found the unknown key ${describe(key)}, expected one of ${known.join(', ')}${suggestion(key, known)}`;
  return { path: [...path, key], message, at: 'key' };
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

function expectation(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return issue.values.map(String).join(' or ');
    case 'too_small':
      return `at least ${issue.minimum}${unitOf(issue.origin)}`;
    case 'too_big':
      return `at most ${issue.maximum}${unitOf(issue.origin)}`;
    default:
      return issue.message;
  }
}

function unitOf(origin: string): string {
  if (origin === 'array') return ' entries';
  return origin === 'string' ? ' characters' : '';
}

function asPart(part: PropertyKey): string | number {
  return typeof part === 'number' ? part : String(part);
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, part) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, part)
        ? (at as Record<string | number, unknown>)[part]
        : undefined,
    value,
  );
}
