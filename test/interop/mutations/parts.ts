import { digestOf } from '../../../lambda/domain/digest.ts';
import { type Carrier, type Content, listingOf } from './content.ts';
import { at, type Node, parseTree, printTree, textAt } from './json-tree.ts';

export type PartKind = 'json' | 'der' | 'pem' | 'base64' | 'text';

/** One document inside the content, however deep, and the way back: what is around it is mended. */
export interface Part {
  readonly name: string;
  readonly kind: PartKind;
  readonly bytes: Buffer;
  /** The content with other bytes in its place; digests, sizes and encodings around it follow. */
  readonly put: (bytes: Buffer) => Content;
}

/** Everything that can be mutated, from the listing of referrers to the keys in the log's entries. */
export function partsOf(content: Content): Part[] {
  const listing: Part = {
    name: 'listing',
    kind: 'json',
    bytes: listingOf(content),
    put: (bytes) => ({ ...content, listing: bytes }),
  };
  const root: Part = {
    name: 'trusted root',
    kind: 'json',
    bytes: content.trustedRoot,
    put: (trustedRoot) => ({ ...content, trustedRoot }),
  };
  const carriers = content.carriers.flatMap((carrier, index) =>
    carrierParts(content, carrier, index),
  );
  return [listing, ...carriers, root, ...rootParts(root)];
}

function carrierParts(content: Content, carrier: Carrier, index: number): Part[] {
  const { place, manifest, blobs } = carrier;
  const put = (changed: Partial<Carrier>): Content => ({
    ...content,
    carriers: content.carriers.with(index, { ...carrier, ...changed }),
  });
  const own: Part = {
    ...{ name: `${place} manifest`, kind: 'json', bytes: manifest },
    put: (bytes) => put({ manifest: bytes }),
  };
  const layers = blobs.flatMap((bytes, layer) => {
    const blob: Part = {
      ...{ name: `${place} blob`, kind: 'json' as const, bytes },
      put: (changed) =>
        put({ blobs: blobs.with(layer, changed), manifest: relayered(manifest, layer, changed) }),
    };
    return [blob, ...(place === 'referrer' ? bundleParts(blob) : legacyParts(own, blob, layer))];
  });
  return [own, ...layers];
}

/** The manifest, whose layer has these bytes now. */
function relayered(manifest: Buffer, layer: number, bytes: Buffer): Buffer {
  const tree = parseTree(manifest.toString());
  assign(tree, JSON.stringify(digestOf(bytes)), 'layers', layer, 'digest');
  assign(tree, String(bytes.length), 'layers', layer, 'size');
  return Buffer.from(printTree(tree));
}

function bundleParts(bundle: Part): Part[] {
  const material = 'verificationMaterial';
  const entry = [material, 'tlogEntries', 0] as const;
  return [
    ...inside(bundle, 'certificate', 'der', BASE64, material, 'certificate', 'rawBytes'),
    ...bodyParts(inside(bundle, 'log entry body', 'json', BASE64, ...entry, 'canonicalizedBody')),
    ...inside(
      bundle,
      'entry timestamp',
      'der',
      BASE64,
      ...entry,
      'inclusionPromise',
      'signedEntryTimestamp',
    ),
    ...inside(
      bundle,
      'checkpoint',
      'text',
      PLAIN,
      ...entry,
      'inclusionProof',
      'checkpoint',
      'envelope',
    ),
    ...inside(
      bundle,
      'timestamp',
      'der',
      BASE64,
      material,
      'timestampVerificationData',
      'rfc3161Timestamps',
      0,
      'signedTimestamp',
    ),
    ...inside(bundle, 'payload', 'json', BASE64, 'dsseEnvelope', 'payload'),
    ...inside(bundle, 'signature', 'der', BASE64, 'dsseEnvelope', 'signatures', 0, 'sig'),
  ];
}

function legacyParts(manifest: Part, blob: Part, layer: number): Part[] {
  const annotation = (name: string) => ['layers', layer, 'annotations', name] as const;
  const signature = annotation('dev.cosignproject.cosign/signature');
  const entry = inside(
    manifest,
    'log entry',
    'json',
    PLAIN,
    ...annotation('dev.sigstore.cosign/bundle'),
  );
  const stamp = inside(
    manifest,
    'timestamp annotation',
    'json',
    PLAIN,
    ...annotation('dev.sigstore.cosign/rfc3161timestamp'),
  );
  const pem = inside(
    manifest,
    'certificate annotation',
    'pem',
    PLAIN,
    ...annotation('dev.sigstore.cosign/certificate'),
  );
  return [
    ...inside(manifest, 'signature annotation', 'base64', PLAIN, ...signature),
    ...inside(manifest, 'signature', 'der', BASE64, ...signature),
    ...pem,
    ...pem.map((part) => nested(part, 'certificate', 'der', PEM)),
    ...entry,
    ...entry.flatMap((part) => [
      ...bodyParts(inside(part, 'log entry body', 'json', BASE64, 'Payload', 'body')),
      ...inside(part, 'entry timestamp', 'der', BASE64, 'SignedEntryTimestamp'),
    ]),
    ...stamp,
    ...stamp.flatMap((part) => inside(part, 'timestamp', 'der', BASE64, 'SignedRFC3161Timestamp')),
    ...inside(blob, 'payload', 'json', BASE64, 'payload'),
    ...inside(blob, 'signature', 'der', BASE64, 'signatures', 0, 'sig'),
  ];
}

/** The key or certificate that the log recorded: Rekor v1 keeps base64 of PEM, Rekor v2 DER. */
function bodyParts(bodies: readonly Part[]): Part[] {
  const verifier = ['spec', 'hashedRekordV002', 'signature', 'verifier'] as const;
  return bodies.flatMap((body) => [
    body,
    ...inside(body, 'recorded key', 'pem', BASE64, 'spec', 'signatures', 0, 'verifier'),
    ...inside(body, 'recorded key', 'pem', BASE64, 'spec', 'signature', 'publicKey', 'content'),
    ...inside(
      body,
      'recorded certificate',
      'der',
      BASE64,
      ...verifier,
      'x509Certificate',
      'rawBytes',
    ),
    ...inside(body, 'recorded certificate', 'der', BASE64, ...verifier, 'publicKey', 'rawBytes'),
  ]);
}

function rootParts(root: Part): Part[] {
  const key = ['publicKey', 'rawBytes'] as const;
  const certificate = (n: number) => ['certChain', 'certificates', n, 'rawBytes'] as const;
  return [
    ...inside(root, 'root: key of the v1 log', 'der', BASE64, 'tlogs', 0, ...key),
    ...inside(root, 'root: key of the v2 log', 'der', BASE64, 'tlogs', 1, ...key),
    ...inside(root, 'root: key of the certificate log', 'der', BASE64, 'ctlogs', 0, ...key),
    ...inside(
      root,
      'root: intermediate',
      'der',
      BASE64,
      'certificateAuthorities',
      0,
      ...certificate(0),
    ),
    ...inside(
      root,
      'root: authority',
      'der',
      BASE64,
      'certificateAuthorities',
      0,
      ...certificate(1),
    ),
    ...inside(
      root,
      'root: timestamp signer',
      'der',
      BASE64,
      'timestampAuthorities',
      0,
      ...certificate(0),
    ),
    ...inside(
      root,
      'root: timestamp authority',
      'der',
      BASE64,
      'timestampAuthorities',
      0,
      ...certificate(1),
    ),
  ];
}

interface Codec {
  readonly decode: (text: string) => Buffer;
  readonly encode: (bytes: Buffer) => string;
}

const PLAIN: Codec = { decode: (text) => Buffer.from(text), encode: (bytes) => bytes.toString() };
const BASE64: Codec = {
  decode: (text) => Buffer.from(text, 'base64'),
  encode: (bytes) => bytes.toString('base64'),
};
const PEM: Codec = {
  decode: (text) => Buffer.from(text.replace(/-----[^-]+-----|\s/g, ''), 'base64'),
  encode: (bytes) =>
    `-----BEGIN CERTIFICATE-----\n${bytes.toString('base64').replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`,
};

function nested(around: Part, name: string, kind: PartKind, { decode, encode }: Codec): Part {
  const bytes = decode(around.bytes.toString());
  return { name, kind, bytes, put: (changed) => around.put(Buffer.from(encode(changed))) };
}

/** The string at a path of a JSON part, as a part of its own; none where there is no such string. */
function inside(
  around: Part,
  name: string,
  kind: PartKind,
  { decode, encode }: Codec,
  ...path: readonly (string | number)[]
): Part[] {
  const text = textAt(parseTree(around.bytes.toString()), ...path);
  if (text === undefined || text === '') return [];
  const put = (bytes: Buffer): Content => {
    const tree = parseTree(around.bytes.toString());
    assign(tree, JSON.stringify(encode(bytes)), ...path);
    return around.put(Buffer.from(printTree(tree)));
  };
  return [{ name, kind, bytes: decode(text), put }];
}

function assign(tree: Node, raw: string, ...path: readonly (string | number)[]): void {
  const found = at(tree, ...path);
  if (found?.kind === 'atom') found.raw = raw;
}
