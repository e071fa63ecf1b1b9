import { CST, Lexer } from 'yaml';

/** A list of 100,000 plain watches is about half of this. */
const LONGEST_TEXT = 4 * 1_024 * 1_024;
/** A watch list needs eight levels. */
const DEEPEST = 32;
/** About what the longest text has when every line of it is a mapping. */
const MOST_TOKENS = 1_500_000;
/** Anchors, aliases and tags: a file that shares labels has a few. */
const MOST_PROPERTIES = 10_000;

/** What a text must not have, and where. */
export interface TextProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/**
 * Attack: a text that makes a YAML parser use gigabytes or its whole stack: megabytes of `[`, of
 * `- - - -`, or of anchors, each of which becomes an error with a stack trace. Tokens are counted
 * before anything is built.
 */
export function guardText(text: string): TextProblem | undefined {
  if (text.length > LONGEST_TEXT) {
    return {
      line: 1,
      column: 1,
      message: `found ${text.length} characters, expected at most ${LONGEST_TEXT}: filters of tags make a watch list shorter`,
    };
  }
  const count: Count = { tokens: 0, flow: 0, compact: 0, properties: 0, documents: 0 };
  let offset = 0;
  for (const token of new Lexer().lex(text)) {
    const type = CST.tokenType(token);
    const message = countToken(count, type);
    if (message !== undefined) return { ...placeOf(text, offset), message };
    if (!isMark(type)) offset += token.length;
  }
  return undefined;
}

function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

/** Tokens that the lexer inserts for its parser: they stand for no text. */
function isMark(type: CST.TokenType | null): boolean {
  return type === 'doc-mode' || type === 'flow-error-end' || type === 'scalar';
}

interface Count {
  tokens: number;
  /** Open `[` and `{`. */
  flow: number;
  /** Block indicators on this line: each may open a level. */
  compact: number;
  properties: number;
  documents: number;
}

function countToken(count: Count, type: CST.TokenType | null): string | undefined {
  count.tokens += 1;
  if (count.tokens > MOST_TOKENS) {
    return `found more than ${MOST_TOKENS} values and signs, expected fewer`;
  }
  switch (type) {
    case 'newline':
      count.compact = 0;
      return undefined;
    case 'flow-seq-start':
    case 'flow-map-start':
      count.flow += 1;
      return count.flow > DEEPEST ? tooDeep : undefined;
    case 'flow-seq-end':
    case 'flow-map-end':
      count.flow -= 1;
      return count.flow < 0
        ? 'found a closing bracket, expected an opening one before it'
        : undefined;
    case 'seq-item-ind':
    case 'explicit-key-ind':
    case 'map-value-ind':
      if (count.flow === 0) count.compact += 1;
      return count.compact > DEEPEST ? tooDeep : undefined;
    case 'anchor':
    case 'alias':
    case 'tag':
      count.properties += 1;
      return count.properties > MOST_PROPERTIES
        ? `found more than ${MOST_PROPERTIES} anchors, aliases and tags, expected fewer`
        : undefined;
    case 'doc-start':
      count.documents += 1;
      return count.documents > 1
        ? 'found a second YAML document, expected one in a file'
        : undefined;
    default:
      return undefined;
  }
}

const tooDeep = `found values nested deeper than ${DEEPEST}, expected a watch list`;
