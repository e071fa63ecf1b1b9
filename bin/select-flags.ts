import { type Command, Option } from 'commander';
import type { Selection } from '../lambda/application/select.ts';
import { parseRegistry } from '../lambda/domain/reference.ts';
import { SEVERITIES, type Severity } from '../lambda/domain/severity.ts';
import type { Verdict } from '../lambda/domain/verdict.ts';
import { UsageError } from './cli-error.ts';
import { readTagKey } from './references.ts';

const VERDICTS = [
  'verified',
  'unsigned',
  'rejected',
  'inconclusive',
  'not-required',
] as const satisfies readonly Verdict[];

export interface SelectFlags {
  readonly label?: readonly string[];
  readonly registry?: string;
  readonly verdict?: Verdict;
  readonly minSeverity?: Severity;
  readonly inconclusive?: boolean;
}

/** Several of a flag: commander hands over what came before. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** SELECT: which tags, or events about them, a command is about. */
export function addSelectFlags(command: Command): Command {
  return command
    .argument('[select...]', 'references, or globs such as "ghcr.io/acme/*" (default: all)')
    .option('--label <key=value>', 'with this label; several mean any of them', collect)
    .option('--registry <host>', 'at this registry')
    .addOption(new Option('--verdict <verdict>', 'with this verdict').choices(VERDICTS))
    .addOption(new Option('--min-severity <severity>', 'at least this severe').choices(SEVERITIES))
    .option('--inconclusive', 'whose last check told nothing');
}

/** @throws {UsageError} */
export function readSelection(patterns: readonly string[], flags: SelectFlags): Selection {
  checkLabels(flags.label ?? []);
  return {
    ...(patterns.length > 0 && { patterns: patterns.map(readPattern) }),
    ...(flags.label && { labels: flags.label }),
    ...(flags.registry !== undefined && { registry: parseRegistry(flags.registry) }),
    ...(flags.verdict && { verdict: flags.verdict }),
    ...(flags.minSeverity && { minSeverity: flags.minSeverity }),
    ...(flags.inconclusive !== undefined && { inconclusive: flags.inconclusive }),
  };
}

/** @throws {UsageError} */
export function checkLabels(labels: readonly string[]): void {
  const wrong = labels.find((label) => !/^[^=]+=/.test(label));
  if (wrong !== undefined) {
    throw new UsageError(`--label ${JSON.stringify(wrong)}: expected key=value`);
  }
}

function readPattern(text: string): string {
  return /[*?[{]/.test(text) ? text : readTagKey(text);
}
