import { generateKeyPairSync } from 'node:crypto';
import { type Digest, digestOf } from '../../../lambda/domain/digest.ts';
import type { Authority, Claims, Unusual } from './authority.ts';
import {
  type BundleJson,
  COSIGN_SIGN,
  makeBundle,
  type RecordOptions,
  statementAbout,
} from './bundle.ts';
import { type LegacyLayer, makeSignatureLayer, simpleSigning } from './legacy.ts';
import { type Descriptor, OCI_MANIFEST } from './pusher.ts';
import type { SigstoreDouble } from './server.ts';
import { certifiedSigner, keylessSigner, keySigner, type Signer } from './signer.ts';
import type { TrustedRootJson } from './trust.ts';
import { generateP256, type KeyPair, spkiOf } from './x509.ts';

export const IDENTITY = 'https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main';
export const ISSUER = 'https://token.actions.githubusercontent.com';
export const BUNDLE_LAYER = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const EMPTY = 'application/vnd.oci.empty.v1+json';
const CONFIG = 'application/vnd.oci.image.config.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';

/** Where a bench puts what it makes: a registry over HTTP, or in memory. */
export interface Sink {
  blob(bytes: Uint8Array, mediaType: string): Promise<Descriptor>;
  manifest(manifest: object, mediaType: string, tag?: string): Promise<Descriptor>;
}

export interface Wanted extends Partial<RecordOptions> {
  readonly signer?: Signer;
  /** What is signed instead of the usual statement or payload. */
  readonly content?: object;
  readonly payloadType?: string;
}

export interface UnusualHolder extends Unusual {
  readonly keys?: KeyPair;
  readonly claims?: Claims;
  readonly authority?: Authority;
}

/** Makes and attaches signatures of one image, good ones and such as must be refused. */
export class Bench {
  readonly sigstore: SigstoreDouble;
  readonly sink: Sink;
  /** A key that policies may want, and another one. */
  readonly key = keySigner(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
  readonly otherKey = keySigner(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
  #image: Descriptor | undefined;
  readonly #edits: ((root: TrustedRootJson) => void)[] = [];

  constructor(sigstore: SigstoreDouble, sink: Sink) {
    this.sigstore = sigstore;
    this.sink = sink;
  }

  /** Puts a new image under the tag, and makes it the one that is signed. */
  async image(tag: string): Promise<Digest> {
    const config = await this.sink.blob(Buffer.from(JSON.stringify({ tag })), CONFIG);
    const layers = [await this.sink.blob(Buffer.from(tag), LAYER)];
    const manifest = { schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers };
    this.#image = await this.sink.manifest(manifest, OCI_MANIFEST, tag);
    return this.#image.digest;
  }

  get subject(): Descriptor {
    if (this.#image === undefined) throw new Error('there is no image on the bench');
    return this.#image;
  }

  get digest(): Digest {
    return this.subject.digest;
  }

  /** Of an image that nobody has. */
  get otherDigest(): Digest {
    return digestOf(Buffer.from('another image'));
  }

  someone(identity = IDENTITY, issuer = ISSUER, claims: Claims = {}): Promise<Signer> {
    return keylessSigner(this.sigstore, { identity, issuer, claims });
  }

  /** A holder of a certificate that no sound authority would issue. */
  unusual(unusual: UnusualHolder, identity = IDENTITY, at = this.sigstore.now()): Signer {
    const { keys = generateP256(), claims = { iss: ISSUER } } = unusual;
    const { authority = this.sigstore.services.authority } = unusual;
    const certificate = authority.issue(spkiOf(keys.publicKey), identity, claims, at, unusual);
    return certifiedSigner(keys.privateKey, certificate);
  }

  /** Changes the trusted root for what is on this bench. */
  trust(edit: (root: TrustedRootJson) => void): void {
    this.#edits.push(edit);
  }

  /** The bytes of its `trusted_root.json`. */
  trustedRoot(): Uint8Array {
    const root: TrustedRootJson = JSON.parse(Buffer.from(this.sigstore.trustedRoot()).toString());
    for (const edit of this.#edits) edit(root);
    return Buffer.from(JSON.stringify(root));
  }

  statement(digest = this.digest, predicateType = COSIGN_SIGN, predicate: unknown = {}): object {
    return statementAbout(digest, predicateType, predicate);
  }

  async bundle(wanted: Wanted = {}): Promise<BundleJson> {
    const { recorded = 'v1', timestamped = recorded === 'v2', content } = wanted;
    return makeBundle(
      this.sigstore,
      wanted.signer ?? (await this.someone()),
      content ?? this.statement(),
      { recorded, timestamped },
      wanted.payloadType,
    );
  }

  async layer(wanted: Wanted = {}): Promise<LegacyLayer> {
    const { recorded = 'v1', timestamped = false, content } = wanted;
    return makeSignatureLayer(
      this.sigstore,
      wanted.signer ?? (await this.someone()),
      content ?? simpleSigning('registry.example/acme/app', this.digest),
      { recorded, timestamped },
    );
  }

  /** Attaches a bundle, or any bytes in its place, as a referrer. */
  async attach(bundle: object, manifest: object = {}, layerType = BUNDLE_LAYER): Promise<void> {
    const bytes = bundle instanceof Uint8Array ? bundle : Buffer.from(JSON.stringify(bundle));
    const layers = [await this.sink.blob(bytes, layerType)];
    const config = await this.sink.blob(Buffer.from('{}'), EMPTY);
    await this.sink.manifest(
      {
        schemaVersion: 2,
        mediaType: OCI_MANIFEST,
        artifactType: BUNDLE_LAYER,
        config,
        layers,
        subject: this.subject,
        ...manifest,
      },
      OCI_MANIFEST,
    );
  }

  /** Writes the manifest at the `.sig` tag (or another). */
  async attachLayers(layers: readonly LegacyLayer[], suffix = 'sig'): Promise<void> {
    const descriptors = [];
    for (const { blob, mediaType, annotations } of layers) {
      descriptors.push({ ...(await this.sink.blob(blob, mediaType)), annotations });
    }
    const config = await this.sink.blob(Buffer.from('{}'), CONFIG);
    await this.sink.manifest(
      { schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers: descriptors },
      OCI_MANIFEST,
      `${this.digest.replace(':', '-')}.${suffix}`,
    );
  }
}
