import { describe, expect, it } from '@jest/globals';
import {
  loadTrustedRoot,
  publicGoodTrustedRoot,
  TrustedRootError,
} from '../../../lambda/adapters/sigstore/index.ts';
import { CAPTURED_ROOT, CAPTURED_ROOT_HASH } from './policies.ts';

interface RootJson {
  mediaType: string;
  tlogs: {
    logId?: object;
    publicKey: {
      validFor?: { start?: string; end?: string };
      keyDetails: string;
      rawBytes?: string | undefined;
    };
  }[];
  ctlogs: RootJson['tlogs'];
  certificateAuthorities: {
    certChain: { certificates: { rawBytes?: string | undefined }[] };
    validFor?: object;
  }[];
  timestampAuthorities: RootJson['certificateAuthorities'];
}

/** A good trusted root with one thing changed. */
function changed(change: (root: RootJson) => unknown): Uint8Array {
  const root: RootJson = JSON.parse(CAPTURED_ROOT.toString());
  change(root);
  return Buffer.from(JSON.stringify(root));
}

function withByte(base64 = ''): string {
  return Buffer.concat([Buffer.from(base64, 'base64'), Buffer.from([0])]).toString('base64');
}

function first<T>(items: readonly T[]): T {
  const [item] = items;
  if (item === undefined) throw new Error('the trusted root has none');
  return item;
}

describe('a trusted root', () => {
  it('of the public-good instance is at hand offline', () => {
    const { tlogs, certificateAuthorities } = loadTrustedRoot(publicGoodTrustedRoot()).material;
    expect(tlogs.map(({ baseURL }) => baseURL)).toContain('https://rekor.sigstore.dev');
    expect(certificateAuthorities.length).toBeGreaterThan(0);
  });

  it('is loaded once', () => {
    expect(loadTrustedRoot(CAPTURED_ROOT)).toBe(loadTrustedRoot(Buffer.from(CAPTURED_ROOT)));
    expect(loadTrustedRoot(CAPTURED_ROOT).hash).toBe(CAPTURED_ROOT_HASH);
  });

  it('is forgotten after sixteen others', () => {
    const roots = Array.from({ length: 17 }, (_, n) =>
      Buffer.concat([CAPTURED_ROOT, Buffer.from(' '.repeat(n))]),
    );
    const [oldest, ...others] = roots.map((bytes) => ({ bytes, loaded: loadTrustedRoot(bytes) }));
    for (const { bytes, loaded } of others) expect(loadTrustedRoot(bytes)).toBe(loaded);
    expect(oldest && loadTrustedRoot(oldest.bytes)).not.toBe(oldest?.loaded);
  });

  it('may lack whole kinds of authorities', () => {
    const bytes = changed((root) => {
      root.timestampAuthorities = [];
      root.ctlogs = [];
    });
    expect(loadTrustedRoot(bytes).material.timestampAuthorities).toEqual([]);
  });
});

describe('a log in a trusted root', () => {
  it('is known by its log id and by no other, as to cosign', () => {
    const bytes = changed((root) => {
      const [one, two] = root.tlogs;
      if (one === undefined || two === undefined) throw new Error('two logs expected');
      Object.assign(two, { checkpointKeyId: one.logId });
    });
    const ids = (root: Uint8Array) =>
      loadTrustedRoot(root).material.tlogs.map(({ logID }) => logID);
    expect(ids(bytes)).toEqual(ids(CAPTURED_ROOT));
  });
});

describe('an authority in a trusted root', () => {
  it('does not count where its own certificates are for something else', () => {
    const { certificateAuthorities, timestampAuthorities } = loadTrustedRoot(
      changed((root) => {
        const [signing] = root.certificateAuthorities;
        root.certificateAuthorities = root.timestampAuthorities;
        root.timestampAuthorities = signing === undefined ? [] : [signing];
      }),
    ).material;
    // G3: a chain for time stamping signs no images, and the other way round.
    expect(certificateAuthorities).toEqual([]);
    expect(timestampAuthorities).toEqual([]);
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
      'G7: a time-stamping authority without a start',
      'timestampAuthorities[0] does not say',
      (root) => delete first(root.timestampAuthorities).validFor,
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
      'expected a time',
      (root) => {
        first(root.certificateAuthorities).validFor = {
          start: '2025-01-02T00:00:00Z',
          end: 'tomorrow',
        };
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
      'a start in another spelling',
      'expected a time',
      (root) => {
        first(root.tlogs).publicKey.validFor = { start: '2026-01-01t00:00:00z' };
      },
    ],
    [
      'a start on a day that is not',
      'expected a time',
      (root) => {
        first(root.tlogs).publicKey.validFor = { start: '2026-02-30T00:00:00Z' };
      },
    ],
    [
      'a member that nobody knows',
      'unknown field "surprise"',
      (root) => Object.assign(first(root.tlogs), { surprise: 1 }),
    ],
    [
      'a key with junk after its base64',
      'rawBytes is not base64',
      (root) => {
        first(root.tlogs).publicKey.rawBytes += '!!!';
      },
    ],
    [
      'a key with bytes after it',
      'not in its one encoding',
      (root) => {
        first(root.tlogs).publicKey.rawBytes = withByte(first(root.tlogs).publicKey.rawBytes);
      },
    ],
    [
      'a key of another type than it says',
      'has a key of type prime256v1, described as ed25519',
      (root) => {
        first(root.tlogs).publicKey.keyDetails = 'PKIX_ED25519';
      },
    ],
    [
      'a log that hashes in another way',
      'something else than SHA-256',
      (root) => Object.assign(first(root.ctlogs), { hashAlgorithm: 'SHA2_512' }),
    ],
    [
      'a certificate with bytes after it',
      'bytes too many',
      (root) => {
        const certificate = first(first(root.certificateAuthorities).certChain.certificates);
        certificate.rawBytes = withByte(certificate.rawBytes);
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
