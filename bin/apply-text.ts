import type { ApplyReport } from '../lambda/application/apply.ts';
import { printable } from './printable.ts';

/** What an apply did, or with `dryRun` would do. */
export function applyLines(report: ApplyReport, dryRun: boolean): string[] {
  const { added, changed, removed, refused, unchanged } = report;
  const lines = (sign: string, ids: readonly string[]) =>
    ids.map((id) => `${sign} ${printable(id)}`);
  return [
    ...lines('+', added),
    ...lines('~', changed),
    ...lines('-', removed),
    ...lines('! not in the file, still watched (--prune removes it):', refused),
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
