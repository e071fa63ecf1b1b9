import { createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { attachLayer } from '../support/sigstore/attach.ts';
import { statementAbout } from '../support/sigstore/bundle.ts';
import {
  type LegacyLayer,
  makeAttestationLayer,
  stampAnnotation,
} from '../support/sigstore/legacy.ts';
import { dsse, inToto001 } from '../support/sigstore/log-requests.ts';
import { Pusher } from '../support/sigstore/pusher.ts';
import { keylessSigner, keySigner } from '../support/sigstore/signer.ts';
import { bundle } from './crafted-bundles.ts';
import { type Image, RELEASE } from './images.ts';

const SLSA02 = 'https://slsa.dev/provenance/v0.2';
const SLSA1 = 'https://slsa.dev/provenance/v1';
const LINK = 'https://in-toto.io/Link/v1';
const SIGNATURE = 'dev.cosignproject.cosign/signature';
const VULN = 'https://cosign.sigstore.dev/attestation/vuln/v1';

type Json = Readonly<Record<string, unknown>>;

/** What one layer of `.att` states, and what happens to its envelope after it is signed. */
interface Layer {
  readonly predicateType: string;
  readonly predicate?: unknown;
  readonly annotated?: string;
  readonly statement?: (good: Json) => Json;
  readonly envelope?: (text: string) => string;
  readonly layer?: (made: LegacyLayer) => LegacyLayer;
}

/** Attestations in odd states, all signed by our key: some of them cosign accepts, some not. */
export const CRAFTED_ATTESTATIONS = {
  'crafted slsa 1 bundle': predicateBundle(SLSA1, {}),
  'slsa 1 bundle by its annotation only': bundle((good) => ({
    statement: { ...good.statement, predicateType: 'https://example.com/other' },
    manifest: (made) => ({
      ...made,
      annotations: { 'dev.sigstore.bundle.predicateType': SLSA1 },
    }),
  })),
  'slsa 1 bundle whose annotation says otherwise': bundle((good) => ({
    statement: { ...good.statement, predicateType: SLSA1 },
    manifest: (made) => ({
      ...made,
      annotations: { 'dev.sigstore.bundle.predicateType': 'https://example.com/other' },
    }),
  })),
  'slsa 1 bundle of another subject': bundle((good) => ({
    statement: {
      ...good.statement,
      predicateType: SLSA1,
      subject: [{ digest: { sha256: '1'.repeat(64) } }],
    },
  })),
  'slsa 1 bundle with an empty type': predicateBundle('', {}),
  'slsa 1 bundle with a list for a predicate': predicateBundle(SLSA1, []),
  'slsa 1 bundle with a text for a predicate': predicateBundle(SLSA1, 'text'),
  'slsa 1 bundle with null for a predicate': predicateBundle(SLSA1, null),
  'slsa 0.2 bundle with a text for a builder': predicateBundle(SLSA02, { builder: 'me' }),
  'slsa 0.2 bundle with a text for a Builder': predicateBundle(SLSA02, { BUILDER: 'me' }),
  'slsa 0.2 bundle with half a time': predicateBundle(SLSA02, {
    metadata: { buildStartedOn: '2026-03-10' },
  }),
  'slsa 0.2 bundle of a day that there is not': predicateBundle(SLSA02, {
    metadata: { buildStartedOn: '2026-02-30T00:00:00Z' },
  }),
  'slsa 0.2 bundle with nulls': predicateBundle(SLSA02, { builder: null, materials: null }),
  'slsa 0.2 bundle with unknown members': predicateBundle(SLSA02, { builder: { version: 1 } }),
  'slsa 0.2 bundle with a number for a digest': predicateBundle(SLSA02, {
    materials: [{ digest: { sha1: 1 } }],
  }),
  'link bundle with a text for a command': predicateBundle(LINK, { command: 'make' }),
  'vuln bundle with a number for a version': predicateBundle(VULN, { scanner: { version: 1 } }),
  'vuln bundle': predicateBundle(VULN, { scanner: { version: '1' } }),

  'crafted slsa 1 legacy': legacy({ predicateType: SLSA1 }),
  'slsa 1 legacy by its annotation only': legacy({
    predicateType: 'https://example.com/other',
    annotated: SLSA1,
  }),
  'slsa 1 legacy whose annotation says otherwise': legacy({
    predicateType: SLSA1,
    annotated: 'https://example.com/other',
  }),
  'slsa 1 legacy of another subject': legacy({
    predicateType: SLSA1,
    statement: (good) => ({ ...good, subject: [{ digest: { sha256: '1'.repeat(64) } }] }),
  }),
  'slsa 1 legacy with a list for a predicate': legacy({ predicateType: SLSA1, predicate: [] }),
  'slsa 1 legacy with a text for a predicate': legacy({ predicateType: SLSA1, predicate: 'text' }),
  'slsa 1 legacy that is no statement': legacy({
    predicateType: SLSA1,
    statement: () => ({ hello: 'world' }),
  }),
  'slsa 1 legacy beside one that is no statement': legacy(
    { predicateType: SLSA1 },
    { predicateType: SLSA1, statement: () => ({ hello: 'world' }) },
  ),
  'slsa 0.2 legacy with a text for a builder': legacy({
    predicateType: SLSA02,
    predicate: { builder: 'me' },
  }),
  'good slsa 0.2 legacy beside one with a text for a builder': legacy(
    { predicateType: SLSA02 },
    { predicateType: SLSA02, predicate: { builder: 'me' } },
  ),
  'slsa 1 legacy beside a malformed slsa 0.2 legacy': legacy(
    { predicateType: SLSA1 },
    { predicateType: SLSA02, predicate: { builder: 'me' } },
  ),
  'slsa 1 legacy with its payload under another name': legacy({
    predicateType: SLSA1,
    envelope: (text) => text.replace('"payload"', '"PAYLOAD"'),
  }),
  'slsa 1 legacy beside a payload under another name': legacy(
    { predicateType: SLSA1 },
    {
      predicateType: 'https://example.com/other',
      envelope: (text) => text.replace('"payload"', '"PAYLOAD"'),
    },
  ),
  'slsa 1 legacy with its signature under another name': legacy({
    predicateType: SLSA1,
    envelope: (text) => text.replace('"sig"', '"Sig"').replace('"signatures"', '"SIGNATURES"'),
  }),
  'slsa 1 legacy of another payload type': legacy({
    predicateType: SLSA1,
    envelope: (text) => text.replace('vnd.in-toto+json', 'json'),
  }),
  'slsa 1 legacy written anew': legacy({
    predicateType: SLSA1,
    envelope: (text) => JSON.stringify(JSON.parse(text), null, 2),
  }),

  'slsa 1 legacy without a signature annotation': legacy({
    predicateType: SLSA1,
    layer: ({ annotations: { [SIGNATURE]: _, ...annotations }, ...layer }) => ({
      ...{ ...layer, annotations },
    }),
  }),

  'stamped slsa 1 legacy': logged(dsse, same, (_, stamp) => stamp()),
  'slsa 1 legacy with a stamp of its signature': logged(dsse, same, ({ blob }, stamp) => {
    const { signatures } = JSON.parse(blob.toString());
    return stamp(Buffer.from(signatures[0].sig, 'base64'));
  }),

  'logged slsa 1 legacy': logged(dsse, (text) => text),
  'logged slsa 1 legacy written anew': logged(dsse, (text) =>
    JSON.stringify(JSON.parse(text), null, 2),
  ),
  'slsa 1 legacy logged as intoto 0.0.1': logged(inToto001, (text) => text),
  'slsa 1 legacy logged as intoto 0.0.1, written anew': logged(inToto001, (text) =>
    JSON.stringify(JSON.parse(text), null, 2),
  ),
} as const satisfies Record<string, Image>;

function predicateBundle(predicateType: string, predicate: unknown): Image {
  return bundle((good) => ({ statement: { ...good.statement, predicateType, predicate } }));
}

/** The layers of one `.att` tag, by our key and in no log. */
function legacy(...layers: readonly Layer[]): Image {
  return async (at, cosign, sigstore) => {
    const { digest } = await at.putImage('1');
    const pem = await readFile(join(cosign.folder, 'ours.pem'), 'utf8');
    const signer = keySigner(createPrivateKey(pem));
    for (const { predicateType, predicate = {}, ...rest } of layers) {
      const { annotated = predicateType, statement = same, envelope = same, layer = same } = rest;
      const good = statementAbout(digest as never, predicateType, predicate) as Json;
      const options = { recorded: 'none', timestamped: false } as const;
      const made = await makeAttestationLayer(
        sigstore,
        signer,
        statement(good),
        annotated,
        options,
      );
      await attach(at, digest, layer(changed(made, envelope)));
    }
    return at.reference('1');
  };
}

/** By the release workflow, recorded in the log, and changed afterwards. */
function logged(
  entryFor: typeof dsse,
  envelope: (text: string) => string,
  stamp?: (layer: LegacyLayer, by: Stamp) => ReturnType<Stamp>,
): Image {
  return async (at, _cosign, sigstore) => {
    const { digest } = await at.putImage('1');
    const signer = await keylessSigner(sigstore, RELEASE);
    const statement = statementAbout(digest as never, SLSA1, {});
    const options = { recorded: 'v1', timestamped: false } as const;
    const made = await makeAttestationLayer(sigstore, signer, statement, SLSA1, options, entryFor);
    const by: Stamp = (what = made.blob) => stampAnnotation(sigstore.url, what);
    const annotations = { ...made.annotations, ...(await stamp?.(made, by)) };
    await attach(at, digest, changed({ ...made, annotations }, envelope));
    return at.reference('1');
  };
}

/** Over the envelope, as cosign has it stamped, or over something else. */
type Stamp = (what?: Uint8Array) => ReturnType<typeof stampAnnotation>;

function same<T>(value: T): T {
  return value;
}

function changed(layer: LegacyLayer, envelope: (text: string) => string): LegacyLayer {
  return { ...layer, blob: Buffer.from(envelope(layer.blob.toString())) };
}

function attach(at: { host: string; path: string }, digest: string, layer: LegacyLayer) {
  return attachLayer(new Pusher(at.host, at.path), digest as never, 'att', layer);
}
