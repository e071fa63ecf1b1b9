import { jest } from '@jest/globals';

/**
 * How many characters a parser's patterns were tried at or took: what it does, whatever the machine
 * is doing beside it.
 */
export function stepsOf(parse: () => unknown): number {
  let steps = 0;
  const exec = RegExp.prototype.exec;
  const spy = jest.spyOn(RegExp.prototype, 'exec').mockImplementation(function (
    this: RegExp,
    text: string,
  ) {
    const found = exec.call(this, text);
    steps += 1 + (found?.[0].length ?? 0);
    return found;
  });
  try {
    parse();
  } finally {
    spy.mockRestore();
  }
  return steps;
}
