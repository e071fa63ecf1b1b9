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

/** One line about any thrown value, for a reason or a log; never the stack. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
