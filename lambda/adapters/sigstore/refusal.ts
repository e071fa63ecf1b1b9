import { messageOf, TagwardenError } from '../../domain/errors.ts';

/**
 * Bytes that were fetched and that we do not accept. Never temporary: reading the same bytes again
 * gives the same answer, so a refusal never ends as `inconclusive`.
 */
export class Refusal extends TagwardenError<'REFUSED'> {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super('REFUSED', message, options);
  }
}

/** Runs a parser that may throw anything on hostile input; whatever it throws is a refusal. */
export function refusing<T>(what: string, parse: () => T): T {
  try {
    return parse();
  } catch (thrown) {
    if (thrown instanceof Refusal) throw thrown;
    throw new Refusal(`${what}: ${messageOf(thrown)}`, { cause: thrown });
  }
}
