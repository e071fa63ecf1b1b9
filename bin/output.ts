import { styleText } from 'node:util';
import Table from 'cli-table3';
import type { Io } from './io.ts';
import { printable, printableJson } from './printable.ts';

export const FORMATS = ['table', 'json', 'jsonl'] as const;
export type Format = (typeof FORMATS)[number];

/** How one kind of row is shown: as a line of a table, and as data. */
export interface RowShape<Row> {
  readonly columns: readonly string[];
  readonly cells: (row: Row) => readonly string[];
  readonly data: (row: Row) => unknown;
  /** Said on stderr instead of an empty table. */
  readonly none: string;
  /** Orders the rows, where they are all there before the first is shown. */
  readonly orderBy?: (row: Row) => string;
}

type Style = Parameters<typeof styleText>[0];

const STYLES: Readonly<Record<string, Style>> = {
  verified: 'green',
  unsigned: 'red',
  rejected: ['red', 'bold'],
  inconclusive: 'yellow',
  'awaiting signature': 'yellow',
  denied: 'yellow',
  'not found': 'yellow',
  medium: 'yellow',
  high: 'red',
  critical: ['red', 'bold'],
};

const NO_BORDERS = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' },
};

/** Writes results to stdout in the chosen form; progress and remarks to stderr. */
export class Output {
  readonly format: Format;
  readonly #io: Io;
  readonly #color: boolean;
  #progressShown = false;

  constructor(io: Io, options: { format: Format; color: boolean }) {
    this.#io = io;
    this.format = options.format;
    this.#color = options.color && io.stdoutIsTerminal && !io.env.NO_COLOR;
  }

  /** One line of plain output. */
  line(text = ''): void {
    this.#clearProgress();
    this.#io.stdout.write(`${text}\n`);
  }

  /** A word that is coloured by what it says, where colours are wanted. */
  word(text: string): string {
    const style = STYLES[text];
    if (!this.#color || style === undefined) return text;
    return styleText(style, text, { validateStream: false });
  }

  /** One result: as data in both JSON forms, else as the lines of `text`. */
  result(data: unknown, text: () => string | readonly string[]): void {
    if (this.format === 'table') for (const line of [text()].flat()) this.line(line);
    else this.data(data);
  }

  /** A document: on lines of its own for `json`, on one line for `jsonl`. */
  data(data: unknown): void {
    this.line(printableJson(data, this.format === 'json' ? 2 : 0));
  }

  /**
   * A list of results; `jsonl` prints each as it comes, the other forms when all are there.
   * @returns how many there were
   */
  async rows<Row>(rows: AsyncIterable<Row> | Iterable<Row>, shape: RowShape<Row>): Promise<number> {
    const kept: Row[] = [];
    let count = 0;
    for await (const row of rows) {
      this.#io.signal.throwIfAborted();
      count++;
      if (this.format === 'jsonl') this.data(shape.data(row));
      else kept.push(row);
    }
    const { orderBy } = shape;
    if (orderBy !== undefined) kept.sort((a, b) => (orderBy(a) < orderBy(b) ? -1 : 1));
    if (this.format === 'json') this.data(kept.map(shape.data));
    if (this.format === 'table' && count > 0) {
      this.table(shape.columns, kept.map(shape.cells));
    }
    if (count === 0) this.note(shape.none);
    return count;
  }

  table(columns: readonly string[], rows: readonly (readonly string[])[]): void {
    const table = new Table({
      head: columns.map((column) => column.toUpperCase()),
      chars: NO_BORDERS,
      style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    });
    for (const row of rows) table.push(row.map((cell) => this.word(printable(cell))));
    for (const line of table.toString().split('\n')) this.line(line.trimEnd());
  }

  /** A remark beside the result. */
  note(text: string): void {
    this.#clearProgress();
    this.#io.stderr.write(`${text}\n`);
  }

  warn(text: string): void {
    this.note(`warning: ${text}`);
  }

  /** What is being done right now: only where somebody can see it change. */
  progress(text: string): void {
    if (!this.#io.stderrIsTerminal) return;
    const room = Math.max(20, this.#io.columns - 1);
    this.#io.stderr.write(`\r\u001b[2K${printable(text).slice(0, room)}`);
    this.#progressShown = true;
  }

  #clearProgress(): void {
    if (!this.#progressShown) return;
    this.#io.stderr.write('\r\u001b[2K');
    this.#progressShown = false;
  }
}
