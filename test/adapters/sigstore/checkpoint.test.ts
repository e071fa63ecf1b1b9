import { describe, expect, it } from '@jest/globals';
import { readCheckpoint } from '../../../lambda/adapters/sigstore/checkpoint.ts';
import { Refusal } from '../../../lambda/adapters/sigstore/refusal.ts';

const ROOT = Buffer.alloc(32, 7).toString('base64');
const LINE = `\u2014 log.example ${Buffer.from('hintsignature').toString('base64')}\n`;
const GOOD = `log.example\n12\n${ROOT}\n\n${LINE}`;

describe('G18: a checkpoint', () => {
  it('says how large a tree is, and by whom', () => {
    expect(readCheckpoint(GOOD)).toEqual({
      origin: 'log.example',
      isRekorV1: false,
      size: '12',
      root: Buffer.alloc(32, 7),
      signatures: [{ name: 'log.example', hint: Buffer.from('hint') }],
    });
  });

  it('of Rekor v1 names its tree, too', () => {
    const { origin, isRekorV1 } = readCheckpoint(
      GOOD.replace('log.example\n', 'log.example - 5\n'),
    );
    expect([origin, isRekorV1]).toEqual(['log.example', true]);
  });

  it('may have more lines and more signatures', () => {
    const witnessed = `${GOOD.replace('\n\n', '\nmore\n\n')}${LINE.replace('log', 'witness')}`;
    expect(readCheckpoint(witnessed).signatures).toHaveLength(2);
  });

  it.each([
    ['no signature', `log.example\n12\n${ROOT}\n\n`],
    ['no separator', GOOD.replace('\n\n', '\n')],
    ['two separators', GOOD.replace('\n\n', '\n\nx\n\n')],
    ['bytes after its signatures', `${GOOD}x`],
    ['a space after its signatures', `${GOOD} `],
    ['a signature twice the length', GOOD + GOOD],
    ['something between its signatures', `${GOOD}\n${LINE}`],
    ['a hyphen instead of a dash', GOOD.replace('\u2014', '-')],
    ['base64 that is none', GOOD.replace(/ \S+\n$/, ' !!!!\n')],
    ['a signature that is only a hint', GOOD.replace(/ \S+\n$/, ' aGludA==\n')],
    ['two spaces', GOOD.replace('log.example aG', 'log.example  aG')],
    ['no name', GOOD.replace('log.example', '')],
    ['a size that is no number', GOOD.replace('\n12\n', '\n12x\n')],
    ['a size with a zero before it', GOOD.replace('\n12\n', '\n012\n')],
    ['a root that is no base64', GOOD.replace(ROOT, `${ROOT}!`)],
    ['a NUL', GOOD.replace('log', 'l\0og')],
    ['a carriage return', GOOD.replace('\n12', '\r\n12')],
    ['signatures without end', GOOD + LINE.repeat(100)],
  ])('is refused with %s', (_name, envelope) => {
    expect(() => readCheckpoint(envelope)).toThrow(Refusal);
  });
});
