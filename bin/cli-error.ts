import { messageOf, TagwardenError } from '../lambda/domain/errors.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';

/** A command ends here, with this code and this one line for the user. */
export class CliError extends Error {
  override name = 'CliError';
  readonly exit: ExitCode;

  constructor(exit: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exit = exit;
  }
}

/** The command line itself is wrong: the usage follows the message. */
export class UsageError extends CliError {
  override name = 'UsageError';
  /** How the command is used, where that is known better than from the command that ran. */
  readonly usage: string | undefined;

  constructor(message: string, usage?: string) {
    super(EXIT.usage, message);
    this.usage = usage;
  }
}

/** Ctrl-C, or the request of a service manager to stop. */
export class Interrupted extends Error {
  override name = 'Interrupted';
  readonly exit: ExitCode;

  constructor(signal: 'SIGINT' | 'SIGTERM' = 'SIGINT') {
    super(signal);
    this.exit = signal === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted;
  }
}

/** The reader of our output went away (`| head`): nobody is left to tell. */
export class OutputClosed extends Error {
  override name = 'OutputClosed';
}

/** Codes of the errors of other layers that are the user's to repair. */
const EXIT_OF_CODE: Readonly<Record<string, ExitCode>> = {
  INVALID_REFERENCE: EXIT.usage,
  INVALID_DIGEST: EXIT.usage,
  INVALID_TRUSTED_ROOT: EXIT.invalidFile,
  INVALID_DOCKER_CONFIG: EXIT.invalidFile,
  EVIDENCE_EXISTS: EXIT.usage,
  NOT_EVIDENCE: EXIT.invalidFile,
  EVIDENCE_TOO_LARGE: EXIT.invalidFile,
  EVIDENCE_SECRET: EXIT.invalidFile,
  EVIDENCE_UNREADABLE: EXIT.missingFile,
  ENOENT: EXIT.missingFile,
  EISDIR: EXIT.missingFile,
  ENOTDIR: EXIT.missingFile,
  EACCES: EXIT.missingFile,
};

/** Codes of what went wrong with a service of AWS that are not merely "unavailable". */
const EXIT_OF_AWS: Readonly<Record<string, ExitCode>> = {
  DENIED: EXIT.denied,
  NO_CREDENTIALS: EXIT.denied,
  EXPIRED: EXIT.denied,
  NO_REGION: EXIT.usage,
  REFUSED: EXIT.usage,
};

/**
 * The exit code and the line for any thrown value; undefined means that it is a bug of ours.
 * Errors are recognised by what they carry, so that no command loads a layer just to name its class.
 */
export function explain(thrown: unknown): { exit: ExitCode; message: string } | undefined {
  if (thrown instanceof CliError) return { exit: thrown.exit, message: thrown.message };
  if (thrown instanceof Interrupted) return { exit: thrown.exit, message: 'interrupted' };
  if (!(thrown instanceof Error)) return undefined;
  const known = EXIT_OF_CODE[codeOf(thrown)];
  if (known !== undefined) return { exit: known, message: messageOf(thrown) };
  if (thrown.name === 'StoreError' || thrown.name === 'StackError') {
    return { exit: EXIT_OF_AWS[codeOf(thrown)] ?? EXIT.unavailable, message: messageOf(thrown) };
  }
  if (thrown.name === 'KmsError') {
    return { exit: EXIT_OF_AWS[codeOf(thrown)] ?? EXIT.tryAgain, message: messageOf(thrown) };
  }
  if ('reason' in thrown && thrown instanceof TagwardenError) {
    return { exit: EXIT.tryAgain, message: messageOf(thrown) };
  }
  if (thrown instanceof TagwardenError && thrown.temporary) {
    return { exit: EXIT.tryAgain, message: messageOf(thrown) };
  }
  return undefined;
}

function codeOf(thrown: Error): string {
  return 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
}
