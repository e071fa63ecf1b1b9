import { describe, expect, it } from '@jest/globals';
import { readEnvelope } from '../../../lambda/adapters/sigstore/envelope.ts';

const GOOD = {
  payloadType: 'application/vnd.in-toto+json',
  payload: Buffer.from('{}').toString('base64'),
  signatures: [{ keyid: '', sig: Buffer.from('signature').toString('base64') }],
};
const read = (envelope: object | string) =>
  readEnvelope(Buffer.from(typeof envelope === 'string' ? envelope : JSON.stringify(envelope)));
const renamed = (from: string, to: string) => JSON.stringify(GOOD).replace(`"${from}"`, `"${to}"`);

describe('readEnvelope', () => {
  it('reads what is signed and the signature', () => {
    expect(read(GOOD)).toEqual({
      payloadType: GOOD.payloadType,
      payload: Buffer.from('{}'),
      signature: Buffer.from('signature'),
      lacksPayloadName: false,
    });
  });

  it.each([
    ['payloadType', 'PayloadType'],
    ['signatures', 'SIGNATURES'],
    ['sig', 'SIG'],
    ['signatures', '\u017fignatures'],
  ])('takes %s as %s, as Go does', (from, to) => {
    expect(read(renamed(from, to))).toEqual(read(GOOD));
  });

  it('says when cosign will not find its payload', () => {
    expect(read(renamed('payload', 'Payload'))).toEqual({ ...read(GOOD), lacksPayloadName: true });
  });

  // Attack: cosign verifies the payload that comes last and takes the type from the other one.
  it.each([
    ['two payloads', { ...GOOD, Payload: Buffer.from('{"a":1}').toString('base64') }],
    ['two signatures', { ...GOOD, signatures: [{ ...GOOD.signatures[0], Sig: 'AAAA' }] }],
  ])('refuses %s in different cases (CVE-2026-44309)', (_what, envelope) => {
    expect(() => read(envelope)).toThrow('in different cases');
  });

  it.each([
    ['no object', '[]', 'not an object'],
    ['no payload', { ...GOOD, payload: undefined }, 'lacks payload'],
    ['no type', { ...GOOD, payloadType: 1 }, 'lacks payloadType'],
    ['no signature', { ...GOOD, signatures: [] }, 'exactly one signature'],
    ['two of them', { ...GOOD, signatures: [...GOOD.signatures, {}] }, 'exactly one signature'],
    ['an empty one', { ...GOOD, signatures: [{}] }, 'lacks sig'],
    ['a null one', { ...GOOD, signatures: [null] }, 'not an object'],
    ['junk in its base64', { ...GOOD, payload: `${GOOD.payload}!` }, 'base64'],
    ['no JSON', '<html>', 'not JSON'],
  ])('refuses an envelope with %s', (_what, envelope, problem) => {
    expect(() => read(envelope)).toThrow(problem);
  });
});
