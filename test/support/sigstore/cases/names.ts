import { type Bench, IDENTITY, ISSUER, type UnusualHolder } from '../bench.ts';
import { type Der, der, oid, sequence, tagged, utf8 } from '../der.ts';
import { extension } from '../x509.ts';
import { BROKEN, type Case, OTHER, VERIFIED } from './case.ts';

const uri = (text: string) => der(0x86, Buffer.from(text, 'latin1'));
const email = (text: string) => der(0x81, Buffer.from(text, 'latin1'));
const dns = (text: string) => der(0x82, Buffer.from(text, 'latin1'));
const address = (...bytes: readonly number[]) => der(0x87, Buffer.from(bytes));
/** As Fulcio names users without an e-mail address. */
const otherName = (text: string) => tagged(0, oid('1.3.6.1.4.1.57264.1.7'), tagged(0, utf8(text)));

const rawIssuer = (text: string) =>
  extension('1.3.6.1.4.1.57264.1.1', false, Buffer.from(text, 'latin1'));
const derIssuer = (text: Der) => extension('1.3.6.1.4.1.57264.1.8', false, text);

const bundled = (holder: UnusualHolder): Case['build'] => {
  return async (bench: Bench) =>
    bench.attach(await bench.bundle({ signer: bench.unusual(holder) }));
};
const layered = (holder: UnusualHolder): Case['build'] => {
  return async (bench: Bench) =>
    bench.attachLayers([await bench.layer({ signer: bench.unusual(holder) })]);
};

/** By which names certificates call their holders, and whose word that is. */
export const NAME_CASES: readonly Case[] = [
  {
    name: 'G15: no name',
    build: bundled({ names: [] }),
    cosign: 1,
    signature: OTHER,
    problem: 'names no URI and no e-mail address',
  },
  {
    name: 'G15: an empty URI',
    build: bundled({ names: [uri('')] }),
    cosign: 1,
    signature: OTHER,
  },
  {
    name: 'G15: an empty list of names',
    build: bundled({ names: [], extra: [extension('2.5.29.17', false, sequence())] }),
    cosign: 1,
    signature: OTHER,
  },
  {
    name: 'G14: the wanted name as a host name',
    build: bundled({ names: [dns(IDENTITY)] }),
    cosign: 1,
    signature: OTHER,
  },
  {
    name: 'G14: the wanted name as a name of another kind',
    build: bundled({ names: [otherName(IDENTITY)] }),
    cosign: 0,
    ours: 1,
    why: 'names that are neither a URI nor an e-mail address are not supported',
    signature: OTHER,
  },
  {
    name: 'G14: an address beside the wanted name',
    build: bundled({ names: [address(127, 0, 0, 1), uri(IDENTITY)] }),
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'G14: a host name and a name of another kind before the wanted one',
    build: bundled({ names: [dns('example.com'), otherName('someone'), uri(IDENTITY)] }),
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'G15: the wanted name as an e-mail address before a URI',
    build: bundled({ names: [email(IDENTITY), uri('https://evil.example/')] }),
    cosign: 1,
    signature: OTHER,
  },
  {
    name: 'G15: the wanted name as the second e-mail address, legacy: any name counts',
    build: layered({ names: [email('someone@example.com'), email(IDENTITY)] }),
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'G15: the wanted name as a host name, legacy: any name counts',
    build: layered({ names: [dns('example.com'), dns(IDENTITY)] }),
    cosign: 0,
    ours: 12,
    why: 'names that are neither a URI nor an e-mail address are not supported',
    signature: OTHER,
  },
  {
    name: 'G17: a name with a byte of no text',
    build: bundled({ names: [uri(`${IDENTITY}\u0000`)] }),
    cosign: 1,
    signature: OTHER,
    problem: 'not printable ASCII',
  },
  {
    name: 'G17: an issuer that reads as the wanted one without its high bits',
    build: bundled({ claims: {}, extra: [rawIssuer(ISSUER.replace('h', '\u00e8'))] }),
    cosign: 1,
    signature: OTHER,
  },
  {
    name: 'G17: an issuer in its newer extension that reads as the wanted one without its high bits',
    build: bundled({
      claims: {},
      extra: [derIssuer(der(0x0c, Buffer.from(ISSUER.replace('h', '\u00e8'), 'latin1')))],
    }),
    cosign: 1,
    signature: OTHER,
    problem: 'not valid UTF-8',
  },
  {
    name: 'no issuer',
    build: bundled({ claims: {} }),
    cosign: 1,
    signature: OTHER,
    problem: 'names no issuer',
  },
  {
    name: 'the issuer in its older extension only',
    build: bundled({ claims: {}, extra: [rawIssuer(ISSUER)] }),
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'the issuer in its newer extension only',
    build: bundled({ claims: {}, extra: [derIssuer(utf8(ISSUER))] }),
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'the issuer in its newer extension only, legacy: the older counts',
    build: layered({ claims: {}, extra: [derIssuer(utf8(ISSUER))] }),
    cosign: 12,
    signature: OTHER,
  },
  {
    name: 'another issuer in the older extension than in the newer',
    build: bundled({
      claims: {},
      extra: [rawIssuer('https://evil.example'), derIssuer(utf8(ISSUER))],
    }),
    cosign: 0,
    ours: 1,
    why: 'of two issuers cosign takes the one that comes last; a certificate has one',
    signature: OTHER,
    problem: 'two issuers',
  },
  {
    name: 'the wanted issuer in the older extension, after another in the newer',
    build: bundled({
      claims: {},
      extra: [derIssuer(utf8('https://evil.example')), rawIssuer(ISSUER)],
    }),
    cosign: 0,
    ours: 1,
    why: 'of two issuers cosign takes the one that comes last; a certificate has one',
    signature: OTHER,
    problem: 'two issuers',
  },
  {
    name: 'the wanted issuer in the older extension beside another, legacy',
    build: layered({
      claims: {},
      extra: [derIssuer(utf8('https://evil.example')), rawIssuer(ISSUER)],
    }),
    cosign: 0,
    ours: 12,
    why: 'of two issuers cosign takes the older; a certificate has one',
    signature: OTHER,
    problem: 'two issuers',
  },
  {
    name: 'an issuer that is not DER where DER is due',
    build: bundled({ claims: {}, extra: [derIssuer(Buffer.from(ISSUER))] }),
    cosign: 1,
    signature: OTHER,
  },
  {
    name: 'an issuer with something after it',
    build: bundled({
      claims: {},
      extra: [derIssuer(Buffer.concat([utf8(ISSUER), Buffer.from([5, 0])]))],
    }),
    cosign: 1,
    signature: OTHER,
  },
  {
    name: 'an empty issuer',
    build: bundled({ claims: {}, extra: [derIssuer(utf8(''))] }),
    cosign: 1,
    signature: OTHER,
  },
  {
    name: 'a critical issuer',
    build: bundled({
      claims: {},
      extra: [extension('1.3.6.1.4.1.57264.1.8', true, utf8(ISSUER))],
    }),
    cosign: 1,
    signature: BROKEN,
    problem: 'unknown critical extension',
  },
];
