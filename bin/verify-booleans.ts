import { UsageError } from './cli-error.ts';

/** The flags that Go's flag library takes with or without `=value`, and never with a separate word. */
export const BOOLEAN_FLAGS = [
  'insecure-ignore-tlog',
  'private-infrastructure',
  'use-signed-timestamps',
  'new-bundle-format',
  'allow-http-registry',
  'allow-insecure-registry',
  'offline',
] as const;

const SPELLED_OUT = new Map(BOOLEAN_FLAGS.map((name) => [`--${name}`, `--${name}=true`]));

/**
 * `--x` becomes `--x=true`, so that an optional value never swallows the word behind it:
 * `--insecure-ignore-tlog alpine` ignores the log and verifies alpine, as cosign does.
 */
export function spellOutBooleans(argv: readonly string[]): string[] {
  const end = argv.indexOf('--');
  return argv.map((word, at) => (end >= 0 && at > end ? word : (SPELLED_OUT.get(word) ?? word)));
}

/**
 * Go programs take `-name` for `--name`; our parser would read it as `-n` with the rest as its value.
 *
 * @throws {UsageError}
 */
export function requireTwoDashes(
  argv: readonly string[],
  options: readonly { readonly long?: string | undefined }[],
): void {
  const end = argv.indexOf('--');
  for (const word of end < 0 ? argv : argv.slice(0, end)) {
    const [name] = /^-[a-z0-9][a-z0-9-]+(?==|$)/.exec(word) ?? [];
    if (name !== undefined && options.some(({ long }) => long === `-${name}`)) {
      throw new UsageError(`found ${name}: expected -${name}`);
    }
  }
}

const GO_BOOLEANS: Readonly<Record<string, boolean>> = {
  ...{ 1: true, t: true, T: true, true: true, TRUE: true, True: true },
  ...{ 0: false, f: false, F: false, false: false, FALSE: false, False: false },
};

/** As Go's `strconv.ParseBool`. @throws {UsageError} */
export function parseGoBoolean(flag: string, text: string): boolean {
  const value = Object.hasOwn(GO_BOOLEANS, text) ? GO_BOOLEANS[text] : undefined;
  if (value === undefined) {
    throw new UsageError(
      `invalid value ${JSON.stringify(text)} for ${flag}: expected true or false`,
    );
  }
  return value;
}
