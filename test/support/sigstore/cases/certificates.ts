import { IDENTITY, ISSUER } from '../bench.ts';
import { der, octets, utf8 } from '../der.ts';
import { SigstoreDouble } from '../server.ts';
import { certifiedSigner } from '../signer.ts';
import {
  certificate,
  extension,
  extensions,
  generateP256,
  NOBODY,
  nameOf,
  spkiOf,
} from '../x509.ts';
import { BROKEN, type Case, OTHER, VERIFIED } from './case.ts';

const uri = (text: string) => der(0x86, Buffer.from(text, 'latin1'));
const email = (text: string) => der(0x81, Buffer.from(text, 'latin1'));

/** Whose certificate it is, and whether it may sign. */
export const CERTIFICATE_CASES: readonly Case[] = [
  {
    name: 'a certificate for the wanted identity',
    build: async (bench) => bench.attach(await bench.bundle()),
    cosign: 0,
    signature: VERIFIED,
  },
  ...[
    `${IDENTITY}-evil`,
    `https://evil.example/${IDENTITY}`,
    IDENTITY.replace('github.com', 'githubXcom'),
    IDENTITY.slice(0, -1),
  ].map(
    (identity): Case => ({
      name: `G1: an identity that is nearly the wanted one: ${identity}`,
      build: async (bench) =>
        bench.attach(await bench.bundle({ signer: await bench.someone(identity) })),
      cosign: 1,
      signature: OTHER,
      problem: 'wanted identity',
    }),
  ),
  {
    name: 'another issuer',
    build: async (bench) => {
      const signer = await bench.someone(IDENTITY, `${ISSUER}.evil.example`);
      await bench.attach(await bench.bundle({ signer }));
    },
    cosign: 1,
    signature: OTHER,
  },
  {
    name: 'G3: a certificate for TLS servers',
    build: async (bench) => {
      const signer = bench.unusual({ extendedKeyUsage: ['1.3.6.1.5.5.7.3.1'] });
      await bench.attach(await bench.bundle({ signer }));
    },
    cosign: 1,
    signature: BROKEN,
    problem: 'expected code signing',
  },
  {
    name: 'G3: a certificate for any use',
    build: async (bench) => {
      const signer = bench.unusual({ extendedKeyUsage: ['2.5.29.37.0'] });
      await bench.attach(await bench.bundle({ signer }));
    },
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'G4: a critical extension that nobody knows',
    build: async (bench) => {
      const signer = bench.unusual({
        extra: [extension('1.2.3.4', true, utf8('never for images'))],
      });
      await bench.attach(await bench.bundle({ signer }));
    },
    cosign: 1,
    signature: BROKEN,
    problem: 'unknown critical extension 1.2.3.4',
  },
  {
    name: 'an extension twice',
    build: async (bench) => {
      const issuer = extension('1.3.6.1.4.1.57264.1.8', false, utf8('https://evil.example'));
      await bench.attach(await bench.bundle({ signer: bench.unusual({ extra: [issuer] }) }));
    },
    cosign: 1,
    signature: OTHER,
    problem: 'extension twice',
  },
  {
    name: 'G15: the wanted URI after an e-mail address',
    build: async (bench) => {
      const names = [email('someone@example.com'), uri(IDENTITY)];
      await bench.attach(await bench.bundle({ signer: bench.unusual({ names }) }));
    },
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'G15: the wanted URI as the second one',
    build: async (bench) => {
      const names = [uri('https://evil.example/'), uri(IDENTITY)];
      await bench.attach(await bench.bundle({ signer: bench.unusual({ names }) }));
    },
    cosign: 1,
    signature: OTHER,
  },
  {
    name: 'G15: the wanted URI as the second one, legacy: any name counts',
    build: async (bench) => {
      const names = [uri('https://evil.example/'), uri(IDENTITY)];
      await bench.attachLayers([await bench.layer({ signer: bench.unusual({ names }) })]);
    },
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'G17: a name that reads as the wanted one without its high bits',
    build: async (bench) => {
      const names = [uri(IDENTITY.replace('h', '\u00e8'))];
      await bench.attach(await bench.bundle({ signer: bench.unusual({ names }) }));
    },
    cosign: 1,
    signature: OTHER,
    problem: 'not printable ASCII',
  },
  {
    name: 'a certificate without a promise of the certificate log',
    build: async (bench) => {
      const signer = bench.unusual({ withoutPromise: true });
      await bench.attach(await bench.bundle({ signer }));
    },
    cosign: 1,
    signature: BROKEN,
    problem: 'SCT',
  },
  {
    name: 'a certificate that had expired when it was used',
    build: async (bench) => {
      const hourAgo = new Date(bench.sigstore.now().getTime() - 3_600_000);
      await bench.attach(await bench.bundle({ signer: bench.unusual({}, IDENTITY, hourAgo) }));
    },
    cosign: 1,
    signature: BROKEN,
    problem: 'expired',
  },
  {
    name: 'a certificate of a self-made authority of the same name',
    build: async (bench) => {
      const signer = selfMade('sigstore-intermediate');
      await bench.attach(await bench.bundle({ signer }));
    },
    cosign: 1,
    signature: BROKEN,
  },
  {
    name: 'a certificate of a self-made authority',
    build: async (bench) => bench.attach(await bench.bundle({ signer: selfMade('evil') })),
    cosign: 1,
    signature: OTHER,
    problem: 'authority that the trusted root does not name',
  },
  {
    name: 'CVE-2023-47122: a self-made authority that the chain annotation vouches for',
    build: async (bench) => {
      const layer = await bench.layer({ signer: selfMade('evil') });
      const chain = layer.annotations['dev.sigstore.cosign/certificate'] ?? '';
      layer.annotations['dev.sigstore.cosign/chain'] = chain;
      await bench.attachLayers([layer]);
    },
    cosign: 12,
    signature: OTHER,
  },
  {
    name: 'a certificate of another Sigstore',
    build: async (bench) => {
      const foreign = await SigstoreDouble.start({ now: bench.sigstore.now });
      const keys = generateP256();
      const { authority } = foreign.services;
      const der = authority.issue(spkiOf(keys.publicKey), IDENTITY, { iss: ISSUER }, foreign.now());
      await foreign.close();
      const signer = certifiedSigner(keys.privateKey, der);
      await bench.attach(await bench.bundle({ signer }));
    },
    cosign: 1,
    signature: BROKEN,
  },
  {
    name: 'a certificate that is none',
    build: async (bench) => {
      const bundle = await bench.bundle();
      bundle.verificationMaterial.certificate = {
        rawBytes: octets(Buffer.from('x')).toString('base64'),
      };
      await bench.attach(bundle);
    },
    cosign: 1,
    signature: OTHER,
    problem: 'unreadable certificate',
  },
];

/** Anyone can write a certificate that says anything. */
function selfMade(issuer: string) {
  const authority = generateP256();
  const keys = generateP256();
  const now = Date.now();
  const leaf = certificate(
    {
      issuer: nameOf(issuer),
      subject: NOBODY,
      notBefore: new Date(now - 60_000),
      notAfter: new Date(now + 600_000),
      spki: spkiOf(keys.publicKey),
      extensions: [
        extensions.keyUsage('digitalSignature'),
        extensions.extendedKeyUsage('1.3.6.1.5.5.7.3.3'),
        extensions.subjectAltName(uri(IDENTITY)),
        extension('1.3.6.1.4.1.57264.1.8', false, utf8(ISSUER)),
      ],
    },
    authority.privateKey,
  );
  return certifiedSigner(keys.privateKey, leaf);
}
