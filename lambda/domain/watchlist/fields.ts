import semver from 'semver';
import { z } from 'zod';
import { formatInterval, parseDuration, parseInterval } from '../duration.ts';
import { messageOf } from '../errors.ts';
import { globProblem } from '../glob.ts';
import { jsonPathProblem } from '../json-path.ts';
import { PREDICATE_TYPES, predicateTypeOf } from '../predicate-type.ts';
import { parseName, parseRegistry } from '../reference.ts';
import { patternProblem } from '../text-rule.ts';
import { DAY } from '../time.ts';
import { INTERVALS } from '../watch.ts';
import { filePathProblem } from './file.ts';
import { describe, suggestion } from './problem.ts';

/*
 * The single values of a watch list. Each is checked where it stands, whatever else is wrong around
 * it; nothing is transformed, so that the JSON Schema for editors comes from the same definitions.
 */

/** A text with a check that says what was found and expected, or nothing. */
export function text(problemOf: (value: string) => string | undefined): z.ZodString {
  return z.string().check((context) => {
    const message = problemOf(context.value);
    if (message !== undefined) {
      context.issues.push({ code: 'custom', message, input: context.value });
    }
  });
}

/** A text of a fixed form, which editors check too. */
export function shaped(pattern: RegExp, expected: string): z.ZodString {
  return text((value) => (pattern.test(value) ? undefined : mismatch(value, expected))).meta({
    pattern: pattern.source,
  });
}

function mismatch(value: unknown, expected: string): string {
  return `found ${describe(value)}, expected ${expected}`;
}

function prefixed(problem: string | undefined): string | undefined {
  return problem === undefined ? undefined : `found ${problem}`;
}

/** The problem that a parser has with a text, in its own words. */
function parsedBy(parse: (value: string) => unknown): z.ZodString {
  return text((value) => {
    try {
      parse(value);
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  });
}

export const image = parsedBy(parseName).meta({
  description: 'An image: alpine:edge, ghcr.io/acme/app:1.4, or postgres:16@sha256:… to pin it',
});

export const host = parsedBy(parseRegistry).meta({
  description: 'A registry host, with its port if it has one',
});

const intervals = INTERVALS.map(formatInterval);

export const every = text((value) =>
  parseInterval(value) === undefined
    ? mismatch(value, `one of ${intervals.join(', ')}`)
    : undefined,
).meta({ description: 'How often the tags are checked', enum: intervals });

const LONGEST_GRACE = 7 * DAY;

export const signatureGrace = text((value) =>
  (parseDuration(value) ?? Number.POSITIVE_INFINITY) > LONGEST_GRACE
    ? mismatch(value, 'a time such as 0s, 15m or 2h, at most 7d')
    : undefined,
).meta({
  description: 'How long a moved tag may wait for its signature before the alert says it has none',
  pattern: /^\d{1,6}[smhd]$/.source,
});

export const policyName = shaped(
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
  'the name of a policy: 1 to 64 letters, digits, ".", "_" or "-"',
).meta({ description: 'The policy that must hold: one of `policies`, or none' });

export const labelKey = shaped(
  /^[A-Za-z0-9][A-Za-z0-9._/-]{0,62}$/,
  'a label of 1 to 63 letters, digits, ".", "_", "/" or "-"',
);

export const labelValue = shaped(
  /^[^\p{C}]{1,100}$/u,
  'a value of 1 to 100 characters on one line',
);

/**
 * ASCII, because Fulcio writes identities as IA5String and look-alike letters are an attack. No `*`,
 * because whoever writes one expects a pattern.
 */
export const exactText = shaped(
  /^[\x21-\x29\x2b-\x7e]{1,1000}$/,
  '1 to 1000 printable ASCII characters without spaces and "*": patterns are for identityRegExp and issuerRegExp',
);

export const identityPattern = text((value) => prefixed(patternProblem(value, 'identity'))).meta({
  description: 'RE2; must match the whole identity',
});

export const issuerPattern = text((value) => prefixed(patternProblem(value, 'issuer'))).meta({
  description: 'RE2; must match the whole issuer',
});

export const tagPattern = text((value) => prefixed(patternProblem(value, 'tag'))).meta({
  description: 'RE2; must match the whole tag',
});

export const conditionPattern = text((value) => prefixed(patternProblem(value, 'condition'))).meta({
  description: 'RE2; must match the whole text',
});

export const glob = text((value) => prefixed(globProblem(value))).meta({
  description: 'A glob that matches the whole tag: *, ?, [a-z], [!a-z], {a,b}',
});

export const range = text((value) =>
  value.length > 200 || semver.validRange(value) === null || value.trim() === ''
    ? mismatch(value, 'a range of versions such as ">=1.2 <2"')
    : undefined,
).meta({ description: 'A range of semantic versions: ">=1.2 <2"' });

export const file = text(filePathProblem).meta({
  description: 'A file below the folder of this watch list',
});

export const predicateType = text((value) => {
  if (predicateTypeOf(value) !== undefined) return undefined;
  const aliases = Object.keys(PREDICATE_TYPES);
  const expected = `a predicate type URI or one of ${aliases.join(', ')}`;
  return mismatch(value, expected) + suggestion(value, aliases);
}).meta({
  description: 'A predicate type URI, or what cosign calls it',
  examples: Object.keys(PREDICATE_TYPES),
});

export const jsonPath = text(jsonPathProblem);

export const gitHubRepository = shaped(
  /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})\/[A-Za-z0-9._-]{1,100}$/,
  'owner/repository',
);

export const gitHubWorkflow = shaped(
  /^[A-Za-z0-9._-]{1,100}\.ya?ml$/,
  'the file name of a workflow, such as release.yml',
);

/** The class of the ref is spelled out: `refs/*` would accept what runs on anybody's pull request. */
export const gitHubRef = shaped(
  /^refs\/(?:heads|tags|pull)\/(?:(?![~^:?[\\])[\x21-\x7e]){1,200}$/,
  'a full ref such as refs/heads/main or refs/tags/v*, with "*" as the only wildcard',
);
