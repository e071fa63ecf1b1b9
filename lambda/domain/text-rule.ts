import { RE2JS } from 're2js';
import { messageOf } from './errors.ts';
import type { TextRule } from './policy.ts';

/** Longer patterns are a mistake or an attack on the compiler. */
export const LONGEST_PATTERN = 1_000;

/**
 * The test for one rule. `exact` is equality and nothing else; `regExp` is RE2, as Go's
 * `regexp.MatchString`: linear time, and it matches anywhere unless the pattern has anchors.
 *
 * @throws {Error} when the pattern is not RE2; `patternProblem` says so beforehand
 */
export function compileTextRule(rule: TextRule): (text: string) => boolean {
  if ('exact' in rule) return (text) => text === rule.exact;
  const pattern = RE2JS.compile(rule.regExp);
  return (text) => pattern.test(text);
}

/** The rule that matches the whole text or nothing: how patterns of a watch list are meant. */
export function anchored(regExp: string): TextRule {
  return { regExp: `^(?:${regExp})$` };
}

/** Identities and issuers that no reasonable rule accepts: whoever matches one accepts strangers. */
const CANARIES = {
  identity: [
    'canary@tagwarden.invalid',
    'tagwarden.canary@gmail.com',
    'https://canary.tagwarden.invalid/',
    'https://github.com/tagwarden-canary/canary/.github/workflows/canary.yml@refs/heads/canary',
    'https://gitlab.com/tagwarden-canary/canary//.gitlab-ci.yml@refs/heads/canary',
  ],
  issuer: ['https://canary.tagwarden.invalid', 'https://canary.tagwarden.invalid/canary'],
  tag: [],
  condition: [],
} as const;

/**
 * Why a pattern must not be used for that purpose: what was found and expected; undefined when it
 * may. Attack: a pattern such as `.*` or `^https://github.com/` that lets any signer pass.
 */
export function patternProblem(regExp: string, purpose: keyof typeof CANARIES): string | undefined {
  if (regExp.length > LONGEST_PATTERN) {
    return `a pattern of ${regExp.length} characters, expected at most ${LONGEST_PATTERN}`;
  }
  let matches: (text: string) => boolean;
  try {
    compileTextRule({ regExp });
    matches = compileTextRule(anchored(regExp));
  } catch (error) {
    return `a pattern that is not RE2 (${messageOf(error)}), expected RE2 syntax, without look-around and back-references`;
  }
  if (matches('')) return 'a pattern that matches the empty text, expected one that does not';
  const canary = CANARIES[purpose].find(matches);
  return canary && `a pattern that accepts strangers such as ${canary}, expected a narrower one`;
}

/**
 * Whether a pattern can only match a whole text: every alternative starts with `^` or `\A` and ends
 * with `$` or `\z`. Errs on the side of "no", because the answer is only used to warn.
 */
export function isAnchored(regExp: string): boolean {
  if (/\(\?[a-zA-Z]*m/.test(regExp)) return false;
  return alternatives(regExp).every(
    ({ text, endsEscaped }) =>
      /^(?:\^|\\A)/.test(text) && (endsEscaped ? text.endsWith('\\z') : text.endsWith('$')),
  );
}

interface Alternative {
  readonly text: string;
  /** The last character belongs to an escape. */
  readonly endsEscaped: boolean;
}

/** Splits at every `|` outside groups, classes, escapes and `\Q…\E`. */
function alternatives(regExp: string): Alternative[] {
  const found: Alternative[] = [];
  let [text, depth, endsEscaped] = ['', 0, false];
  for (const [token] of regExp.matchAll(TOKEN)) {
    if (token === '|' && depth === 0) {
      found.push({ text, endsEscaped });
      text = '';
      continue;
    }
    if (token === '(') depth += 1;
    if (token === ')') depth -= 1;
    text += token;
    endsEscaped = token.startsWith('\\');
  }
  return [...found, { text, endsEscaped }];
}

/** A quotation, an escape, a character class, or a single character. */
const TOKEN =
  /\\Q[\s\S]*?(?:\\E|$)|\\[\s\S]?|\[\^?\]?(?:\\[\s\S]|\[:\^?[a-z]+:\]|[^\]\\])*\]?|[\s\S]/g;
