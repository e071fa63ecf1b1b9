import { RE2JS } from 're2js';

/** A class, a wildcard, a brace, or characters that stand for themselves: all that can be in a tag. */
const TOKEN = /\[!?[A-Za-z0-9_.-]+\]|[*?{},]|[A-Za-z0-9_.-]+/g;
const LONGEST_GLOB = 200;

/**
 * The test for a glob over tags: `*`, `?`, `[a-z]`, `[!a-z]` and `{a,b}`. It runs as RE2, because a
 * hostile registry chooses the tags: backtracking over `*a*a*a*b` takes seconds for one of them.
 *
 * @throws {Error} when {@link globProblem} has something to say
 */
export function compileGlob(glob: string): (tag: string) => boolean {
  const pattern = RE2JS.compile(`^(?:${[...glob.matchAll(TOKEN)].map(translated).join('')})$`);
  return (tag) => pattern.test(tag);
}

/** Why a text is not such a glob: what was found and expected; undefined when it is one. */
export function globProblem(glob: string): string | undefined {
  if (glob === '' || glob.length > LONGEST_GLOB) {
    return `a glob of ${glob.length} characters, expected 1 to ${LONGEST_GLOB}`;
  }
  const expected = 'expected the characters of a tag with "*", "?", "[a-z]", "[!a-z]" or "{a,b}"';
  const found = `${JSON.stringify(glob)}, ${expected}`;
  if (glob.replace(TOKEN, '') !== '' || /[{},]/.test(withoutBraces(glob))) return found;
  try {
    compileGlob(glob);
    return undefined;
  } catch {
    return found;
  }
}

/** Without everything that stands between balanced braces, innermost first. */
function withoutBraces(glob: string): string {
  const shorter = glob.replace(/\{[^{}]*\}/g, '');
  return shorter === glob ? glob : withoutBraces(shorter);
}

function translated([token]: RegExpMatchArray): string {
  switch (token) {
    case '*':
      return '.*';
    case '?':
      return '.';
    case '{':
      return '(?:';
    case ',':
      return '|';
    case '}':
      return ')';
    default:
      return token.startsWith('[') ? token.replace('[!', '[^') : RE2JS.quote(token);
  }
}
