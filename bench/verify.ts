/** `tagwarden verify`, command line and all, again and again in one process. */
import { Readable, Writable } from 'node:stream';
import { runCli } from '../bin/run-cli.ts';
import { answer } from './child.ts';
import { verifyRounds } from './image.ts';

export interface VerifyFigures {
  /** Milliseconds, round by round. */
  readonly times: readonly number[];
}

await answer(async (argv): Promise<VerifyFigures> => {
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
  return { times: await verifyRounds(() => runCli(argv, io)) };
});

function discard(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}
