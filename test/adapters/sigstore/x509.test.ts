import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { parseCertificate, readKey, readPkcs1Key } from '../../../lambda/adapters/sigstore/x509.ts';
import { Authority } from '../../support/sigstore/authority.ts';
import { IDENTITY, ISSUER } from '../../support/sigstore/bench.ts';
import { CtLog } from '../../support/sigstore/ct-log.ts';
import { der, oid, sequence, truth, utf8 } from '../../support/sigstore/der.ts';
import { edited, type Tlv } from '../../support/sigstore/der-tree.ts';
import { extension, generateP256, spkiOf } from '../../support/sigstore/x509.ts';

const START = new Date('2031-01-01T00:00:00Z');
const authority = new Authority(new CtLog(), START, new Date('2041-01-01T00:00:00Z'));
const spki = spkiOf(generateP256().publicKey);

function leaf(names?: readonly Buffer[], extra: readonly Buffer[] = []): Buffer {
  const unusual = {
    ...(names && { names: names.map(Buffer.from) }),
    extra: extra.map(Buffer.from),
  };
  return authority.issue(spki, IDENTITY, { iss: ISSUER }, START, unusual);
}

const uri = (text: string) => der(0x86, Buffer.from(text, 'latin1'));

describe('a certificate', () => {
  it('is read as it is', () => {
    const certificate = parseCertificate(leaf());
    expect(certificate).toMatchObject({
      names: [{ type: 'uri', value: IDENTITY }],
      extendedKeyUsage: ['1.3.6.1.5.5.7.3.3'],
      isAuthority: false,
      notBefore: START,
    });
    expect(authority.chain.map((bytes) => parseCertificate(bytes).isAuthority)).toEqual([
      true,
      true,
    ]);
  });

  const rows: [
    what: string,
    path: string,
    edit: (value: Tlv, parent?: Tlv) => void,
    why: string,
  ][] = [
    [
      'in BER',
      '',
      (value) => {
        value.length = 'long';
      },
      'not DER',
    ],
    [
      'with bytes after it',
      '',
      (value) => {
        value.children?.push(nothing());
      },
      'bytes too many',
    ],
    [
      'of version 1',
      '0.0.0',
      (value) => {
        value.content = Buffer.from([0]);
      },
      'not of version 3',
    ],
    [
      'of a version that begins with 2',
      '0.0.0',
      (value) => {
        value.content = Buffer.from([2, 0]);
      },
      'not of version 3',
    ],
    ['without a version', '0.0', drop, 'where tag a0 belongs'],
    ['with a negative serial number', '0.1', negative, 'negative serial number'],
    ['with a padded serial number', '0.1', padded, 'an integer of'],
    ['with two algorithms', '1.0', otherAlgorithm, 'two signature algorithms'],
    [
      'with a name that is no text',
      '0.3.0.0.1',
      (value) => {
        value.tag = 0x04;
      },
      'no text',
    ],
    [
      'with a name that is not ASCII',
      '0.3.0.0.1',
      (value) => {
        value.tag = 0x13;
        value.content = Buffer.from('\u00e4', 'latin1');
      },
      'no text',
    ],
    [
      'with a time without seconds',
      '0.4.0',
      (value) => {
        value.content = Buffer.from('3101010000Z');
      },
      'malformed time',
    ],
    [
      'with three times',
      '0.4',
      (value) => {
        value.children?.push(...(value.children ?? []).slice(0, 1));
      },
      'bytes too many',
    ],
    [
      'with a unique identifier',
      '0',
      (value) => {
        value.children?.splice(7, 0, { ...nothing(), tag: 0x81 });
      },
      'where tag a3 belongs',
    ],
    ['without extensions', '0.7', drop, 'where tag a3 belongs'],
    [
      'with a critical that is false, which is left out',
      '0.7.0.0.1',
      (value) => {
        value.content = Buffer.from([0]);
      },
      'not DER',
    ],
    [
      'with key usage of more unused bits than it has',
      '0.7.0.0.2.0',
      (value) => {
        value.content = Buffer.from([0x20, 0x80]);
        delete value.children;
      },
      'malformed bits',
    ],
    [
      'with a critical that is neither true nor false',
      '0.7.0.0.1',
      (value) => {
        value.content = Buffer.from([1]);
      },
      'neither true nor false',
    ],
    [
      'with an extended key usage that is no identifier',
      '0.7.0.1.1.0.0',
      (value) => {
        value.tag = 0x0c;
      },
      'malformed extended key usage',
    ],
    [
      'with unused bits in its signature',
      '2',
      (value) => {
        value.content = Buffer.concat([Buffer.from([1]), value.content.subarray(1)]);
        delete value.children;
      },
      'unused bits',
    ],
  ];

  it.each(rows)('is refused %s', (_what, path, edit, why) => {
    expect(() => parseCertificate(edited(leaf(), path, edit))).toThrow(why);
  });

  it.each([
    [
      'twice the same extension',
      [extension('1.2.3', false, utf8('a')), extension('1.2.3', false, utf8('b'))],
      'twice',
    ],
    ['a critical subject key identifier', [], 'critical 2.5.29.14'],
    [
      'a length of the path below it that is not DER',
      [extension('2.5.29.19', true, sequence(truth(true), der(0x02, Buffer.from([0, 1]))))],
      'an integer of 2 bytes',
    ],
    ['policy mappings', [extension('2.5.29.33', false, sequence())], 'not supported'],
    ['malformed policies', [extension('2.5.29.32', false, utf8('x'))], 'not DER'],
    [
      'a policy twice',
      [extension('2.5.29.32', false, sequence(...twice(sequence(oid('1.2.3')))))],
      'a policy twice',
    ],
    [
      'malformed distribution points',
      [extension('2.5.29.31', false, sequence(utf8('x')))],
      'not DER',
    ],
    [
      'malformed access to its authority',
      [extension('1.3.6.1.5.5.7.1.1', false, sequence(sequence(utf8('x'))))],
      'not DER',
    ],
  ])('is refused with %s', (_what, extra, why) => {
    const good = leaf(undefined, extra);
    const bytes = extra.length > 0 ? good : edited(good, '0.7.0.2', makeCritical);
    expect(() => parseCertificate(bytes)).toThrow(why);
  });

  it('is not taken for another when an algorithm is unknown', () => {
    const both = ['0.2.0', '1.0'].reduce(
      (bytes, path) => edited(bytes, path, otherAlgorithm),
      leaf(),
    );
    expect(() => parseCertificate(both)).toThrow('certificate is signed by 1.2.840.10045.4.3.7');
  });
});

describe('the URI of a certificate', () => {
  it.each([
    IDENTITY,
    'https://gitlab.com/group/project//.gitlab-ci.yml@refs/heads/main',
    'spiffe://example.org/ns/prod',
    'https://example.com:8443/a?b=c#d',
    'https://example.com/%C3%BC',
    'urn:example:someone',
  ])('is %s', (text) => {
    expect(parseCertificate(leaf([uri(text)])).names).toEqual([{ type: 'uri', value: text }]);
  });

  it.each([
    'HTTPS://example.com/',
    'https://example.com/"',
    'https://example.com/%zz',
    'https://example.com/#',
    'https://user@example.com/',
    'https://example.com./',
    'https://example.com:x/',
    'https://exa mple.com/',
    '//example.com/',
    'example',
    '',
  ])('is refused where Go would write %j in another way, or not read it', (text) => {
    expect(() => parseCertificate(leaf([uri(text)]))).toThrow('others write differently');
  });

  it('counts only in its own form', () => {
    expect(parseCertificate(leaf([der(0xa6, utf8('https://example.com/'))])).names).toEqual([]);
  });

  it('is refused where it is longer than any that an authority issues', () => {
    const path = 'a'.repeat(4_096 - 'https://a/'.length);
    expect(parseCertificate(leaf([uri(`https://a/${path}`)])).names).toHaveLength(1);
    expect(() => parseCertificate(leaf([uri(`https://a/${path}a`)]))).toThrow('differently');
  });

  it('is read soon, however long', () => {
    const long = `https://${'a.'.repeat(30_000)}/`;
    expect(() => parseCertificate(leaf([uri(long)]))).toThrow('others write differently');
  });
});

describe('a key', () => {
  it.each([
    ['P-256', generateKeyPairSync('ec', { namedCurve: 'P-256' })],
    ['P-521', generateKeyPairSync('ec', { namedCurve: 'P-521' })],
    ['RSA', generateKeyPairSync('rsa', { modulusLength: 2048 })],
    ['Ed25519', generateKeyPairSync('ed25519')],
  ])('is read: %s', (_type, { publicKey }) => {
    expect(readKey(spkiOf(publicKey)).equals(publicKey)).toBe(true);
  });

  it.each([
    ['bytes after it', Buffer.concat([spki, Buffer.from([0])])],
    [
      'a long length',
      edited(spki, '', (value) => {
        value.length = 'long';
      }),
    ],
    ['another curve', spkiOf(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey)],
    ['another type', spkiOf(generateKeyPairSync('x25519').publicKey)],
    ['a compressed point', compressed()],
  ])('is refused with %s', (_what, bytes) => {
    expect(() => readKey(bytes)).toThrow();
  });
});

describe('a key in PKCS #1', () => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pkcs1 = publicKey.export({ type: 'pkcs1', format: 'der' });

  it('is read', () => {
    expect(readPkcs1Key(pkcs1).equals(publicKey)).toBe(true);
  });

  it.each([
    ['bytes after it', Buffer.concat([pkcs1, Buffer.from([0])])],
    ['a number that is padded', edited(pkcs1, '1', padded)],
    ['another encoding', spkiOf(publicKey)],
  ])('is refused with %s', (_what, bytes) => {
    expect(() => readPkcs1Key(bytes)).toThrow();
  });
});

/** The same point in 33 bytes, which OpenSSL reads and Go does not. */
function compressed(): Buffer {
  return edited(spki, '1', (value) => {
    const point = value.content.subarray(2);
    const sign = ((point.at(-1) ?? 0) & 1) + 2;
    value.content = Buffer.concat([Buffer.from([0, sign]), point.subarray(0, 32)]);
  });
}

function twice<T>(item: T): [T, T] {
  return [item, item];
}

function nothing(): Tlv {
  return { tag: 0x05, prefix: Buffer.alloc(0), content: Buffer.alloc(0) };
}

function drop(value: Tlv, parent?: Tlv): void {
  if (parent?.children) parent.children = parent.children.filter((child) => child !== value);
}

function negative(value: Tlv): void {
  value.content = Buffer.from([0x80]);
}

function padded(value: Tlv): void {
  value.content = Buffer.concat([Buffer.from([0]), value.content]);
}

/** ecdsa-with-Recommended: a name for it that nobody uses. */
function otherAlgorithm(value: Tlv): void {
  value.content = Buffer.concat([value.content.subarray(0, -1), Buffer.from([7])]);
}

function makeCritical(value: Tlv): void {
  value.children?.splice(1, 0, {
    tag: 0x01,
    prefix: Buffer.alloc(0),
    content: Buffer.from([0xff]),
  });
}
