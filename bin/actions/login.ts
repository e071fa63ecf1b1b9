import type { Readable } from 'node:stream';
import { type LoginAnswer, withCredential } from '../../lambda/adapters/registry/index.ts';
import { createSystemClock } from '../../lambda/adapters/runtime/clock.ts';
import { tryLogin } from '../../lambda/composition/login.ts';
import { messageOf } from '../../lambda/domain/errors.ts';
import { parseRegistry } from '../../lambda/domain/reference.ts';
import type { Cli } from '../cli.ts';
import { CliError, UsageError } from '../cli-error.ts';
import type { LoginFlags } from '../commands/login.ts';
import { withCredentials } from '../credential-store.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';

/** Longer than any token; a file that was redirected by mistake ends the reading. */
const LONGEST = 64 * 1024;

export async function login(cli: Cli, text: string, flags: LoginFlags): Promise<ExitCode> {
  const host = parseRegistry(text);
  const { username } = flags;
  if (username === undefined || flags.passwordStdin !== true) {
    throw new UsageError(
      'expected -u USER --password-stdin: a password in a flag is seen by others',
    );
  }
  if (username === '' || username.includes(':')) {
    throw new UsageError('expected a user name without ":", as Basic authentication has it');
  }
  const password = await readPassword(cli.io.stdin);
  return withCredentials(cli, async (store) => {
    const tried = await attempt(cli, { host, username, password });
    await store.edit((config) => withCredential(config, host, { username, password }));
    cli.output.result({ host, username, stored: store.name, tried: tried.kind }, () => [
      `${host}: ${WORDS[tried.kind]}; stored in ${store.name}`,
    ]);
    if (tried.kind === 'untried') cli.output.warn(`it could not be tried from here: ${tried.why}`);
    return EXIT.done;
  });
}

type Tried =
  | { readonly kind: 'accepted' | 'open' }
  | { readonly kind: 'untried'; readonly why: string };

const WORDS: Readonly<Record<Tried['kind'], string>> = {
  accepted: 'the credential was accepted',
  open: 'the registry asked for no login',
  untried: 'the credential was not tried',
};

/**
 * A credential that the registry refuses is not stored. One that cannot be tried is: the functions of
 * a stack may reach what this machine does not.
 */
async function attempt(
  cli: Cli,
  credential: { readonly host: string; readonly username: string; readonly password: string },
): Promise<Tried> {
  let answer: LoginAnswer;
  try {
    cli.output.progress(`trying ${credential.host} …`);
    answer = await tryLogin({ clock: createSystemClock(), ...credential }, cli.signal);
  } catch (thrown) {
    cli.signal.throwIfAborted();
    return { kind: 'untried', why: messageOf(thrown) };
  }
  if (answer.kind !== 'denied') return answer;
  throw new CliError(EXIT.denied, `${answer.detail}; nothing was stored`);
}

/** Without the line break that `echo` and editors put behind it. */
async function readPassword(stdin: Readable): Promise<string> {
  let text = '';
  for await (const part of stdin) {
    text += String(part);
    if (text.length > LONGEST) {
      throw new UsageError(
        `standard input is longer than ${LONGEST} characters: expected a password`,
      );
    }
  }
  const password = text.replace(/\r?\n$/, '');
  if (password === '' || /[\r\n\0]/.test(password)) {
    throw new UsageError('standard input: expected the password alone, on one line');
  }
  return password;
}
