import { describe, expect, it } from '@jest/globals';
import { readOnlyPem, readPem } from '../../../lambda/adapters/sigstore/pem.ts';
import { Refusal } from '../../../lambda/adapters/sigstore/refusal.ts';

const block = (base64: string, label = 'CERTIFICATE') =>
  `-----BEGIN ${label}-----\n${base64}\n-----END ${label}-----\n`;
const GOOD = block('AAEC\nAwQ=');
const BYTES = Buffer.from([0, 1, 2, 3, 4]);

describe('PEM', () => {
  it.each([
    ['as usual', GOOD],
    ['with CR LF', GOOD.replaceAll('\n', '\r\n')],
    ['with white space around it', `\n  ${GOOD}\n\n`],
    ['without a newline at its end', GOOD.trimEnd()],
    ['with another label', block('AAECAwQ=', 'PUBLIC KEY')],
  ])('is read %s', (_name, pem) => {
    expect(readPem(pem)).toEqual([BYTES]);
  });

  it('is read block by block', () => {
    expect(readPem(GOOD + block('BQ=='))).toEqual([BYTES, Buffer.from([5])]);
    expect(readPem(' \n')).toEqual([]);
    expect(readPem(`${GOOD}\n \r\n${GOOD}`)).toEqual([BYTES, BYTES]);
    expect(() => readOnlyPem(GOOD + GOOD)).toThrow('not one PEM block');
    expect(() => readOnlyPem(` ${GOOD}`)).toThrow('no PEM block');
  });

  it.each([
    ['text before it', `junk\n${GOOD}`],
    ['a byte order mark before it', `\ufeff${GOOD}`],
    ['a byte order mark after it', `${GOOD}\ufeff`],
    ['white space that is not ASCII before it', `\u00a0\u2028${GOOD}`],
    ['a block that does not start its line', `${GOOD} ${GOOD}`],
    ['white space that is not ASCII in it', block('AAEC\u00a0AwQ=')],
    ['text after it', `${GOOD}junk`],
    ['text between blocks', `${GOOD}junk\n${GOOD}`],
    ['all on one line', GOOD.replaceAll('\n', '')],
    ['two labels', GOOD.replace('END CERTIFICATE', 'END CERTIFICATES')],
    ['no end', GOOD.split('-----END')[0] ?? ''],
    ['a header', GOOD.replace('-----\n', '-----\nProc-Type: 4,ENCRYPTED\n\n')],
    ['base64 that is not padded', block('AAECAwQ')],
    ['something else in base64', block('AAEC!AwQ=')],
    ['more blocks than anybody needs', GOOD.repeat(11)],
  ])('is refused with %s', (_name, pem) => {
    expect(() => readPem(pem)).toThrow(Refusal);
  });

  it('is refused soon, however long', () => {
    expect(() => readPem('-----BEGIN A-----\n'.repeat(50_000))).toThrow(Refusal);
    expect(() => readPem(`-----BEGIN A-----\n${'\n'.repeat(500_000)}`)).toThrow(Refusal);
    expect(() => readPem(`-----BEGIN A-----\n${'\n'.repeat(500_000)}x`)).toThrow(Refusal);
    expect(() => readPem(`${' '.repeat(500_000)}x`)).toThrow(Refusal);
  });
});
