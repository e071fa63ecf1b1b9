import Table from 'cli-table3';

export interface Figure {
  readonly what: string;
  readonly found: string;
  readonly goal: string;
  /** Absent for a figure without a goal, or one that could not be measured. */
  readonly met?: boolean;
  readonly how: string;
}

export function tableOf(figures: readonly Figure[]): string {
  const table = new Table({
    head: ['', 'figure', 'found', 'goal', 'how measured'],
    style: { head: [], border: [] },
    colWidths: [8, 24, 24, 12, 46],
    wordWrap: true,
  });
  for (const { what, found, goal, met, how } of figures) {
    const mark = met === undefined ? '' : met ? 'met' : 'MISSED';
    table.push([mark, what, found, goal, how]);
  }
  return table.toString();
}
