import type { ApplyReport } from '../lambda/application/apply.ts';
import { printable } from './printable.ts';
import type { NameOf } from './watch-names.ts';

/** `+ docker.io/library/alpine:edge`: one line for each watch. */
export function watchLines(sign: string, ids: readonly string[], nameOf: NameOf): string[] {
  return ids
    .map(nameOf)
    .sort()
    .map((name) => `${sign} ${printable(name)}`);
}

/** What an apply did, or with `dryRun` would do. */
export function applyLines(report: ApplyReport, dryRun: boolean, nameOf: NameOf): string[] {
  const { added, changed, removed, refused, unchanged } = report;
  return [
    ...watchLines('+', added, nameOf),
    ...watchLines('~', changed, nameOf),
    ...watchLines('-', removed, nameOf),
    ...watchLines('! not in the file, and kept (--prune removes it):', refused, nameOf),
    `${dryRun ? 'would do: ' : ''}${applySummary(report)}, ${unchanged} unchanged`,
  ];
}

/** `3 added, 1 changed`: only what there was. */
export function applySummary({ added, changed, removed }: ApplyReport): string {
  const counts = [
    [added.length, 'added'],
    [changed.length, 'changed'],
    [removed.length, 'removed'],
  ] as const;
  const shown = counts.filter(([count]) => count > 0).map(([count, name]) => `${count} ${name}`);
  return shown.length === 0 ? 'nothing to change' : shown.join(', ');
}
