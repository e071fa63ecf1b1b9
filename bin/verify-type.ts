import type { WantedType } from '../lambda/application/ports.ts';
import { PREDICATE_TYPES } from '../lambda/domain/predicate-type.ts';
import { UsageError } from './cli-error.ts';

/**
 * The type of `--type`: an alias of cosign's, or what statements have. cosign takes any text for a
 * type; a word that is no alias would match nothing, and is a slip.
 *
 * @throws {UsageError}
 */
export function readWantedType(name: string): WantedType {
  if (Object.hasOwn(PREDICATE_TYPES, name)) {
    return { name, predicateType: PREDICATE_TYPES[name] ?? name };
  }
  if (/[:/]/.test(name)) return { name, predicateType: name };
  const aliases = Object.keys(PREDICATE_TYPES).join(', ');
  throw new UsageError(`--type ${JSON.stringify(name)}: expected a URI or one of ${aliases}`);
}
