import { CommanderError } from 'commander';
import { explain, OutputClosed, UsageError } from './cli-error.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import type { Io } from './io.ts';
import { printable, printableLines } from './printable.ts';
import { createProgram, usageOf } from './program.ts';
import { requireTwoDashes, spellOutBooleans } from './verify-booleans.ts';
import { version } from './version.ts';

/** Runs one command line to its exit code; never throws and never ends the process. */
export async function runCli(argv: readonly string[], io: Io): Promise<ExitCode> {
  const { program, cli } = createProgram(io);
  // A flag is refused before its command is known to the parser.
  const named = program.commands.find((command) => argv.includes(command.name())) ?? program;
  const fail = (thrown: unknown) => report(thrown, io, cli.usage || usageOf(named));
  try {
    requireTwoDashes(argv, [...program.options, ...named.options]);
    await program.parseAsync(spellOutBooleans(argv), { from: 'user' });
    return cli.exit;
  } catch (thrown) {
    return fail(io.signal.aborted ? io.signal.reason : thrown);
  }
}

/** Says what went wrong, and @returns the exit code for it. */
export function report(thrown: unknown, io: Pick<Io, 'stderr'>, usage: string): ExitCode {
  const say = (line: string) => void io.stderr.write(`${line}\n`);
  // Help and version end parsing by throwing; without a command, the help went to stderr.
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (thrown instanceof OutputClosed) return EXIT.done;
  const known = explain(thrown);
  if (known === undefined) {
    for (const line of bugReport(thrown)) say(line);
    return EXIT.bug;
  }
  say(`tagwarden: ${printable(known.message)}`);
  if (known.exit === EXIT.usage) {
    say(`usage: ${(thrown instanceof UsageError ? thrown.usage : undefined) ?? usage}`);
  }
  return known.exit;
}

function bugReport(thrown: unknown): readonly string[] {
  const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return [
    'tagwarden: this is a bug in Tagwarden, not your mistake. Please report it in its issue tracker, with:',
    `  tagwarden ${version()}, node ${process.versions.node}, ${process.platform} ${process.arch}`,
    ...printableLines(stack)
      .split('\n')
      .map((line) => `  ${line}`),
  ];
}
