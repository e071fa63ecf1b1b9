#!/usr/bin/env node
import { Interrupted, OutputClosed } from './cli-error.ts';
import { EXIT } from './exit-codes.ts';
import { runCli } from './run-cli.ts';

/** After a request to stop, this long is left for a clean end, in milliseconds. */
const GRACE = 10_000;

const controller = new AbortController();

function stop(): void {
  // Whoever asks twice wants the prompt back; what was committed is safe, and its alert is marked.
  if (controller.signal.aborted) process.exit(EXIT.interrupted);
  controller.abort(new Interrupted());
  setTimeout(() => process.exit(EXIT.interrupted), GRACE).unref();
}
process.on('SIGINT', stop);
process.on('SIGTERM', stop);

// `tagwarden events | head -1` closes our stdout: the work behind it is pointless, and no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  controller.abort(new OutputClosed());
});
process.stderr.on('error', () => {});

process.exitCode = await runCli(process.argv.slice(2), {
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
