import { describe, expect, it } from '@jest/globals';
import { Refusal } from '../../../lambda/adapters/sigstore/refusal.ts';
import { readBody } from '../../../lambda/adapters/sigstore/rekor-body.ts';

const HEX = 'ab'.repeat(32);
const hash = { algorithm: 'sha256', value: HEX };
const envelope = { payloadType: 'x', signatures: [{ sig: 'AAAA', publicKey: 'AAAA' }] };

const SIGNATURE = { signature: 'AAAA', verifier: 'AAAA' };

const BODIES = {
  'hashedrekord 0.0.1': {
    data: { hash },
    signature: { content: 'AAAA', publicKey: { content: 'AAAA' } },
  },
  'dsse 0.0.1': {
    envelopeHash: hash,
    payloadHash: hash,
    signatures: [SIGNATURE],
  },
  'intoto 0.0.1': { content: { hash }, publicKey: 'AAAA' },
  'intoto 0.0.2': { content: { envelope, hash, payloadHash: hash } },
  'rekord 0.0.1': {},
  'hashedrekord 0.0.2': {
    hashedRekordV002: {
      data: { algorithm: 'SHA2_256', digest: 'AAAA' },
      signature: {
        content: 'AAAA',
        verifier: { keyDetails: 'PKIX_ED25519', publicKey: { rawBytes: 'AAAA' } },
      },
    },
  },
};

type Kind = keyof typeof BODIES;

function body(kind: Kind): { apiVersion?: unknown; kind: unknown; spec: unknown } {
  const [name, apiVersion] = kind.split(' ');
  return { apiVersion, kind: name, spec: structuredClone(BODIES[kind]) };
}

const read = (json: unknown) => readBody(Buffer.from(JSON.stringify(json))).kind;

/** With something else at a path: undefined takes away what is there. */
function changed(kind: Kind, path: string, value: unknown): unknown {
  const json = body(kind);
  const names = path.split('.');
  const last = names.pop() ?? '';
  const within = names.reduce<Record<string, unknown>>(
    (found, name) => found[name] as Record<string, unknown>,
    json as unknown as Record<string, unknown>,
  );
  within[last] = value;
  return json;
}

describe('the body of a log entry', () => {
  it.each(Object.keys(BODIES) as Kind[])('is read: %s', (kind) => {
    expect(read(body(kind))).toBe(kind);
  });

  it.each([
    ['hashedrekord 0.0.1', 'spec.data.hash.value', HEX.toUpperCase()],
    ['hashedrekord 0.0.1', 'spec.data.hash.algorithm', 'sha1'],
    ['hashedrekord 0.0.1', 'spec.data.Hash', hash],
    ['hashedrekord 0.0.1', 'spec.signature.content', 'AAA'],
    ['hashedrekord 0.0.1', 'spec.signature.content', 1234],
    ['hashedrekord 0.0.1', 'spec.signature.publicKey', undefined],
    ['dsse 0.0.1', 'spec.proposedContent', { envelope: '{}', verifiers: [] }],
    ['dsse 0.0.1', 'spec.ProposedContent', { envelope: '{}', verifiers: [] }],
    ['dsse 0.0.1', 'spec.signatures', []],
    ['dsse 0.0.1', 'spec.signatures', [SIGNATURE, SIGNATURE]],
    ['dsse 0.0.1', 'spec.signatures', { 0: SIGNATURE, length: 1 }],
    ['dsse 0.0.1', 'spec.signatures', [null]],
    ['dsse 0.0.1', 'spec.payloadHash', undefined],
    ['dsse 0.0.1', 'Spec', {}],
    ['dsse 0.0.1', 'spec', null],
    ['dsse 0.0.1', 'apiVersion', '0.0.9'],
    ['dsse 0.0.1', 'apiVersion', 1],
    ['dsse 0.0.1', 'kind', 'constructor'],
    ['intoto 0.0.1', 'spec.content.envelope', '{}'],
    ['intoto 0.0.1', 'spec.publicKey', 'A'],
    ['intoto 0.0.2', 'spec.content.envelope.payload', 'AAAA'],
    ['intoto 0.0.2', 'spec.content.hash.value', 'ab'],
    ['hashedrekord 0.0.2', 'spec.hashedRekordV002', undefined],
    ['hashedrekord 0.0.2', 'spec.hashedRekordV002.data.algorithm', 'SHA9'],
    ['hashedrekord 0.0.2', 'spec.hashedRekordV002.data.more', 1],
    ['hashedrekord 0.0.2', 'spec.hashedRekordV002.signature.verifier.keyDetails', 'NONE'],
    ['hashedrekord 0.0.2', 'spec.dsseV002', {}],
  ] as const)('is refused: %s with %s of %j', (kind, path, value) => {
    expect(() => read(changed(kind, path, value))).toThrow(Refusal);
  });

  it('is refused if it says two things', () => {
    const twice = JSON.stringify(body('dsse 0.0.1')).replace('{', '{"kind":"intoto",');
    expect(() => readBody(Buffer.from(twice))).toThrow('duplicate');
  });
});
