/**
 * The base of every error that Tagwarden raises on purpose.
 *
 * `code` is what a program switches on, `message` is for a person: what was attempted, what came
 * back, what was expected; lowercase, no secrets. A subclass exists per reaction, not per place.
 */
export abstract class TagwardenError<Code extends string = string> extends Error {
  readonly code: Code;
  /** True when the same attempt may succeed later without anybody changing anything. */
  readonly temporary: boolean;

  constructor(code: Code, message: string, options: { cause?: unknown; temporary?: boolean } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.temporary = options.temporary ?? false;
    this.name = new.target.name;
  }
}

const DISCONNECTED =
  /\b(?:ECONN|ENOTFOUND|EAI_|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)|socket hang up/;

/** Nobody answered, by what Node says of it. A library sometimes keeps only the message of such an error. */
export function isDisconnection(thrown: {
  readonly code?: unknown;
  readonly message?: string;
}): boolean {
  return DISCONNECTED.test(`${thrown.code} ${thrown.message}`);
}

/** One line about any thrown value, for a reason or a log; never the stack. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
