import { type Document, LineCounter, parseDocument, type YAMLError } from 'yaml';
import { messageOf } from '../errors.ts';
import { guardText } from './guard.ts';
import { offsetOf } from './offset.ts';
import { toPlain } from './plain.ts';
import { formatPath, MOST_PROBLEMS, type Path, type Problem } from './problem.ts';

/** A YAML text as plain values, with the way back from a path to its place. */
export interface Source {
  readonly value: unknown;
  /** The problem of a path, or of the nearest thing around it that exists. */
  problemAt(path: Path, message: string, at?: 'key' | 'value'): Problem;
}

export type SourceResult =
  | { readonly ok: true; readonly source: Source }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads YAML 1.2; whatever the text, the answer is a value or problems, never an exception. */
export function readSource(text: string): SourceResult {
  const lines = new LineCounter();
  try {
    const guarded = guardText(text);
    if (guarded !== undefined) {
      return { ok: false, problems: [{ ...guarded, path: '' }] };
    }
    // `uniqueKeys` compares every pair of keys; duplicates are found in `toPlain`, in linear time.
    const document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      uniqueKeys: false,
      version: '1.2',
    });
    return sourceOf(document, lines);
  } catch (error) {
    const message = `found a text that cannot be read as YAML: ${messageOf(error)}`;
    return { ok: false, problems: [{ line: 1, column: 1, path: '', message }] };
  }
}

function sourceOf(document: Document.Parsed, lines: LineCounter): SourceResult {
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const errors = [...document.errors, ...document.warnings].slice(0, MOST_PROBLEMS);
  if (errors.length > 0) {
    const problems = errors.map((error) => ({
      ...place(error.pos[0]),
      path: '',
      message: syntaxMessage(error),
    }));
    return { ok: false, problems };
  }
  const { value, findings } = toPlain(document);
  if (findings.length > 0) {
    const problems = findings.slice(0, MOST_PROBLEMS).map(({ offset, path, message }) => ({
      ...place(offset),
      path: formatPath(path),
      message,
    }));
    return { ok: false, problems };
  }
  const problemAt: Source['problemAt'] = (path, message, at = 'value') => ({
    ...place(offsetOf(document, path, at)),
    path: formatPath(path),
    message,
  });
  return { ok: true, source: { value, problemAt } };
}

function syntaxMessage({ code, message }: YAMLError): string {
  if (code === 'TAB_AS_INDENT') return 'found a tab, expected spaces for indentation';
  if (code === 'MULTIPLE_DOCS') return 'found a second YAML document, expected one in a file';
  const short = message.length > 200 ? `${message.slice(0, 200)}…` : message;
  return `found invalid YAML: ${short.charAt(0).toLowerCase()}${short.slice(1)}`;
}
