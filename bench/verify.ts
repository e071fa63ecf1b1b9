/** `tagwarden verify`, command line and all, again and again in one process. */
import { Readable, Writable } from 'node:stream';
import { runCli } from '../bin/run-cli.ts';
import { onDemand } from './child.ts';
import { timeOf } from './image.ts';

const io = {
  stdin: Readable.from([]),
  stdout: discard(),
  stderr: discard(),
  stdoutIsTerminal: false,
  stderrIsTerminal: false,
  columns: 100,
  env: {},
  cwd: process.cwd(),
  signal: new AbortController().signal,
};
await onDemand(() => timeOf(() => runCli(process.argv.slice(2), io)));

function discard(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}
