import { describe, expect, it } from '@jest/globals';
import { requireClaims } from '../../../lambda/adapters/sigstore/simple-signing.ts';
import type { Digest } from '../../../lambda/domain/digest.ts';

const DIGEST = `sha256:${'0'.repeat(64)}` as Digest;
const OTHER = `sha256:${'1'.repeat(64)}`;
const image = (digest: string) => `{"docker-manifest-digest":"${digest}"}`;
const payload = (critical: string, more = '') => `{"critical":${critical}${more}}`;
const GOOD = payload(`{"image":${image(DIGEST)}}`);

function check(text: string, annotations = {}): void {
  requireClaims(Buffer.from(text), DIGEST, annotations);
}

describe('a payload about the image', () => {
  it.each([
    [
      'as usual',
      payload(
        `{"identity":{"docker-reference":"x"},"image":${image(DIGEST)},"type":"t"}`,
        ',"optional":null',
      ),
    ],
    [
      'with other members',
      payload(`{"image":${image(DIGEST)},"surprise":[{"a":[1e999]}]}`, ',"more":{}'),
    ],
    ['in other cases', `{"CRITICAL":{"Image":{"Docker-Manifest-Digest":"${DIGEST}"}}}`],
    ['with a long s', `{"critical":{"image":{"docker-manife\u017ft-digest":"${DIGEST}"}}}`],
    ['with escapes', GOOD.replace('critical', '\\u0063ritical')],
    ['that says it last', payload(`{"image":${image(OTHER)},"image":${image(DIGEST)}}`)],
    [
      'that says it in another case last',
      payload(`{"image":${image(OTHER)},"Image":${image(DIGEST)}}`),
    ],
    ['that says the rest later', payload(`{"image":${image(DIGEST)}}`, ',"critical":{"type":"t"}')],
    [
      'that says null later',
      payload(`{"image":${image(DIGEST)},"image":null}`, ',"critical":null'),
    ],
  ])('is accepted: %s', (_name, text) => {
    expect(() => check(text)).not.toThrow();
  });

  it.each([
    [
      'that says something else last',
      payload(`{"image":${image(DIGEST)},"image":${image(OTHER)}}`),
    ],
    [
      'that says something else last, in the first spelling',
      payload(
        `{"image":{"docker-manifest-digest":"${OTHER}","Docker-manifest-digest":"${DIGEST}","docker-manifest-digest":"${OTHER}"}}`,
      ),
    ],
    ['with a type that is no text', payload(`{"image":${image(DIGEST)},"type":1}`)],
    ['with an identity that is no object', payload(`{"image":${image(DIGEST)},"identity":[]}`)],
    [
      'that is wrong where it is said first',
      payload(`{"type":1,"type":"t","image":${image(DIGEST)}}`),
    ],
    ['with optional that is no object', payload(`{"image":${image(DIGEST)}}`, ',"optional":"x"')],
    [
      'with a number without end',
      payload(`{"image":${image(DIGEST)}}`, ',"optional":{"a":[1e999]}'),
    ],
    [
      'that says something else after an object that nobody knows',
      payload(`{"image":${image(DIGEST)}}`, `,"x":{"y":{}},"critical":{"image":${image(OTHER)}}`),
    ],
    [
      'that says something else after a list that nobody knows',
      payload(`{"image":${image(DIGEST)}}`, `,"x":[[],1],"critical":{"image":${image(OTHER)}}`),
    ],
    ['in a list', `[${GOOD}]`],
    ['with more after it', `${GOOD}{}`],
    ['that is a text', '"x"'],
    ['that is nothing', 'null'],
  ])('is refused: %s', (_name, text) => {
    expect(() => check(text)).toThrow();
  });

  it('has the wanted annotations as texts', () => {
    const text = payload(
      `{"image":${image(DIGEST)}}`,
      ',"optional":{"a":"x"},"Optional":{"b":"y","c":1}',
    );
    expect(() => check(text, { a: 'x', b: 'y' })).not.toThrow();
    expect(() => check(text, { c: '1' })).toThrow('annotation c');
    expect(() => check(text, { __proto__x: '' })).toThrow('missing');
    expect(() =>
      check(text.replace('"Optional"', '"optional":null,"Optional"'), { a: 'x' }),
    ).toThrow('annotation a is missing');
  });

  it('is not read where it is large', () => {
    const spaces = ' '.repeat(128 * 1024);
    expect(() => check(GOOD + spaces.slice(GOOD.length))).not.toThrow();
    expect(() => check(GOOD + spaces)).toThrow('payload is too large');
  });

  it('is read soon, however deep or long', () => {
    expect(() => check('{"critical":'.repeat(10_000))).toThrow();
    expect(() => check(`{"optional":${'['.repeat(6e4)}${']'.repeat(6e4)}}`)).toThrow();
    expect(() => check(`"${'\\"'.repeat(6e4)}"`)).toThrow();
  });
});
