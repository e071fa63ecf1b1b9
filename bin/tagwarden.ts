#!/usr/bin/env node
import { CliError, Interrupted, OutputClosed } from './cli-error.ts';
import { EXIT } from './exit-codes.ts';
import { report, runCli } from './run-cli.ts';

/** After a request to stop, this long is left for a clean end, in milliseconds. */
const GRACE = 10_000;

const controller = new AbortController();

function stop(signal: 'SIGINT' | 'SIGTERM'): void {
  const interrupted = new Interrupted(signal);
  // Whoever asks twice wants the prompt back; what was committed is safe, and its alert is marked.
  if (controller.signal.aborted) process.exit(interrupted.exit);
  controller.abort(interrupted);
  setTimeout(() => process.exit(interrupted.exit), GRACE).unref();
}
process.on('SIGINT', stop);
process.on('SIGTERM', stop);

// `tagwarden events | head -1` closes our stdout: the work behind it is pointless, and no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  controller.abort(new OutputClosed());
  if (error.code === 'EPIPE') return;
  const why = `cannot write the results: ${error.message}`;
  process.exitCode = report(new CliError(EXIT.unavailable, why), process, '');
});
process.stderr.on('error', () => {});
process.on('uncaughtException', (thrown) => process.exit(report(thrown, process, '')));

const exit = await runCli(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  stdoutIsTerminal: process.stdout.isTTY === true,
  stderrIsTerminal: process.stderr.isTTY === true,
  columns: process.stdout.columns ?? 100,
  env: process.env,
  cwd: process.cwd(),
  signal: controller.signal,
});
process.exitCode ??= exit;
