import { describe, expect, it } from '@jest/globals';
import {
  loadTrustedRoot,
  publicGoodTrustedRoot,
  TrustedRootError,
} from '../../../lambda/adapters/sigstore/index.ts';
import { TrustedRootCache } from '../../../lambda/adapters/sigstore/trusted-root.ts';
import { CAPTURED_ROOT, CAPTURED_ROOT_HASH } from './policies.ts';

interface RootJson {
  mediaType: string;
  tlogs: {
    logId?: object;
    publicKey: {
      validFor?: { start?: string; end?: string };
      keyDetails: string;
      rawBytes?: string;
    };
  }[];
  ctlogs: RootJson['tlogs'];
  certificateAuthorities: { certChain: { certificates: object[] }; validFor?: object }[];
  timestampAuthorities: RootJson['certificateAuthorities'];
}

/** A good trusted root with one thing changed. */
function changed(change: (root: RootJson) => unknown): Uint8Array {
  const root: RootJson = JSON.parse(CAPTURED_ROOT.toString());
  change(root);
  return Buffer.from(JSON.stringify(root));
}

function first<T>(items: readonly T[]): T {
  const [item] = items;
  if (item === undefined) throw new Error('the trusted root has none');
  return item;
}

describe('a trusted root', () => {
  it('of the public-good instance is at hand offline', () => {
    const { tlogs, certificateAuthorities } = loadTrustedRoot(publicGoodTrustedRoot());
    expect(tlogs.map(({ baseURL }) => baseURL)).toContain('https://rekor.sigstore.dev');
    expect(certificateAuthorities.length).toBeGreaterThan(0);
  });

  it('is loaded once', () => {
    const cache = new TrustedRootCache();
    expect(cache.load(CAPTURED_ROOT)).toBe(cache.load(Buffer.from(CAPTURED_ROOT)));
    expect(cache.load(CAPTURED_ROOT).hash).toBe(CAPTURED_ROOT_HASH);
  });

  it('may lack whole kinds of authorities', () => {
    const bytes = changed((root) => {
      root.timestampAuthorities = [];
      root.ctlogs = [];
    });
    expect(loadTrustedRoot(bytes).timestampAuthorities).toEqual([]);
  });
});

describe('when a trusted root is refused', () => {
  const rows: [what: string, problem: string, change: (root: RootJson) => unknown][] = [
    [
      'G7: a log without a start',
      'tlogs[0] does not say since when',
      (root) => delete first(root.tlogs).publicKey.validFor?.start,
    ],
    [
      'G7: a log without a period',
      'tlogs[0] does not say since when',
      (root) => delete first(root.tlogs).publicKey.validFor,
    ],
    [
      'G7: a certificate log without a start',
      'ctlogs[0] does not say',
      (root) => delete first(root.ctlogs).publicKey.validFor,
    ],
    [
      'G7: an authority without a start',
      'certificateAuthorities[0] does not say',
      (root) => delete first(root.certificateAuthorities).validFor,
    ],
    [
      'a start that is no time',
      'expected a time',
      (root) => {
        first(root.tlogs).publicKey.validFor = { start: 'yesterday' };
      },
    ],
    ['a log twice', 'repeats the log id', (root) => root.tlogs.push(first(root.tlogs))],
    ['a log without an id', 'has no log id', (root) => delete first(root.tlogs).logId],
    ['a log without a key', 'has no key', (root) => delete first(root.tlogs).publicKey.rawBytes],
    [
      'a key of a type that cannot be used',
      'unsupported key type',
      (root) => {
        first(root.tlogs).publicKey.keyDetails = 'LMS_SHA256';
      },
    ],
    [
      'a key that is not what it is said to be',
      'tlogs[0] has a key of type prime256v1, described as ed25519',
      (root) => {
        first(root.tlogs).publicKey.keyDetails = 'PKIX_ED25519';
      },
    ],
    [
      'a key that is none',
      'tlogs[0] has a key that cannot be read',
      (root) => {
        first(root.tlogs).publicKey.rawBytes = 'AAAA';
      },
    ],
    [
      'a log that was closed before it was opened',
      'tlogs[0] ends before it starts',
      (root) => {
        first(root.tlogs).publicKey.validFor = {
          start: '2025-01-02T00:00:00Z',
          end: '2025-01-01T00:00:00Z',
        };
      },
    ],
    [
      'an end that is no time',
      'certificateAuthorities[0] ends before it starts, or at no time',
      (root) => {
        first(root.certificateAuthorities).validFor = {
          start: '2025-01-02T00:00:00Z',
          end: 'tomorrow',
        };
      },
    ],
    [
      'a log under the checkpoint id of another',
      'tlogs[1] repeats the log id',
      (root) => {
        const [one, two] = root.tlogs;
        if (one === undefined || two === undefined) throw new Error('two logs expected');
        Object.assign(two, { checkpointKeyId: one.logId });
      },
    ],
    [
      'a key of an unknown type',
      'invalid trusted root',
      (root) => {
        first(root.tlogs).publicKey.keyDetails = 'ROT13';
      },
    ],
    [
      'an authority without certificates',
      'has no certificate',
      (root) => {
        first(root.certificateAuthorities).certChain.certificates = [];
      },
    ],
    [
      'another kind of document',
      'media type',
      (root) => {
        root.mediaType = 'application/json';
      },
    ],
  ];

  it.each(rows)('it says why: %s', (...[, problem, change]) => {
    expect(() => loadTrustedRoot(changed(change))).toThrow(TrustedRootError);
    expect(() => loadTrustedRoot(changed(change))).toThrow(problem);
  });

  it.each(['', '[]', 'null', '{"mediaType":1,"mediaType":2}'])('it says why: %j', (text) => {
    expect(() => loadTrustedRoot(Buffer.from(text))).toThrow(TrustedRootError);
  });
});
