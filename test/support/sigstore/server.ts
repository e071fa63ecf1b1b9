import { createPublicKey, verify } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ASN1Obj } from '@sigstore/core';
import { Authority } from './authority.ts';
import { CtLog } from './ct-log.ts';
import { IdentityProvider, type TokenRequest } from './identity-provider.ts';
import { RekorV1 } from './rekor-v1.ts';
import { RekorV2 } from './rekor-v2.ts';
import { TimestampAuthority } from './timestamp-authority.ts';
import { type Services, type SigningConfig, signingConfigOf, trustedRootOf } from './trust.ts';
import { pemOf } from './x509.ts';

const DAY = 86_400_000;
const BODY_LIMIT = 8 * 1024 * 1024;

export interface SigstoreOptions {
  /** Every certificate, log entry and timestamp is of this clock. @default - the real one */
  readonly now?: () => Date;
  /** @default - any free port */
  readonly port?: number;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * A private Sigstore on one loopback port: Fulcio v2, CT log, Rekor v1 and v2, RFC 3161 time
 * stamping. The real cosign signs with it and verifies against it.
 */
export class SigstoreDouble {
  readonly services: Services;
  readonly now: () => Date;
  readonly #identities: IdentityProvider;
  readonly #start: Date;
  readonly #server: Server;

  private constructor(server: Server, now: () => Date) {
    this.#server = server;
    this.now = now;
    this.#identities = new IdentityProvider(now);
    // From before the first signature to long after the last, however fast the clock runs.
    this.#start = new Date(now().getTime() - DAY);
    const end = new Date(now().getTime() + 3_650 * DAY);
    const ctLog = new CtLog();
    const { host, hostname } = new URL(this.url);
    this.services = {
      ctLog,
      authority: new Authority(ctLog, this.#start, end),
      rekorV1: new RekorV1(host, now),
      rekorV2: new RekorV2(hostname),
      timestamps: new TimestampAuthority(this.#start, end, now),
    };
    server.on('request', (request, response) => {
      void this.#answer(request).then(({ status, type, body, headers }) => {
        response.writeHead(status, { 'content-type': type, ...headers });
        response.end(body);
      });
    });
  }

  static async start(options: SigstoreOptions): Promise<SigstoreDouble> {
    const server = createServer();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', () => resolve());
    await promise;
    return new SigstoreDouble(server, options.now ?? (() => new Date()));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The bytes of its `trusted_root.json`. */
  trustedRoot(): Uint8Array {
    return Buffer.from(JSON.stringify(trustedRootOf(this.services, this.url, this.#start)));
  }

  /** The bytes of a signing configuration for `cosign sign --signing-config`. */
  signingConfig(kind: SigningConfig): Uint8Array {
    return Buffer.from(JSON.stringify(signingConfigOf(kind, this.url, this.#start)));
  }

  /** A token for `cosign sign --identity-token`. */
  idToken(request: TokenRequest): string {
    return this.#identities.token(request);
  }

  close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeAllConnections();
    return promise;
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    try {
      const body = await bodyOf(request);
      return this.#route(`${request.method} ${request.url?.split('?')[0]}`, body, request);
    } catch (thrown) {
      return { status: 400, type: 'text/plain', body: String(thrown) };
    }
  }

  #route(route: string, body: Buffer, request: IncomingMessage): Answer {
    const { rekorV1, rekorV2, timestamps } = this.services;
    switch (route) {
      case 'POST /api/v2/signingCert':
        return json(200, this.#certify(JSON.parse(body.toString()), request));
      case 'POST /api/v1/log/entries': {
        const entry = rekorV1.add(JSON.parse(body.toString()));
        // Clients find their entry by its tag.
        const [id = ''] = Object.keys(entry);
        const headers = { etag: id, location: `/api/v1/log/entries/${id}` };
        return { ...json(201, entry), headers };
      }
      case 'POST /api/v2/log/entries':
        return json(201, rekorV2.add(JSON.parse(body.toString())));
      case 'POST /api/v1/timestamp':
        return { status: 201, type: 'application/timestamp-reply', body: timestamps.stamp(body) };
      default:
        return { status: 404, type: 'text/plain', body: `no such service: ${route}` };
    }
  }

  /** Fulcio: a certificate for whoever the token says, if the request is signed with the key in it. */
  #certify(asked: CertificateRequest, request: IncomingMessage): unknown {
    const bearer = request.headers.authorization?.replace(/^Bearer /i, '');
    const claims = this.#identities.read(asked.credentials?.oidcIdentityToken ?? bearer ?? '');
    const spki = keyOf(asked, claims.sub);
    const leaf = this.services.authority.issue(spki, claims.sub, claims, this.now());
    const chain = [leaf, ...this.services.authority.chain];
    const certificates = chain.map((bytes) => pemOf('CERTIFICATE', bytes));
    return { signedCertificateEmbeddedSct: { chain: { certificates } } };
  }
}

interface CertificateRequest {
  readonly credentials?: { readonly oidcIdentityToken: string };
  /** Base64 of PEM. */
  readonly certificateSigningRequest?: string;
  readonly publicKeyRequest?: {
    readonly publicKey: { readonly content: string };
    /** Base64 of a signature over the token's subject. */
    readonly proofOfPossession: string;
  };
}

/** The key to certify, once its holder has proven to have it. */
function keyOf(asked: CertificateRequest, subject: string): Buffer {
  if (asked.publicKeyRequest !== undefined) {
    const { publicKey, proofOfPossession } = asked.publicKeyRequest;
    const key = createPublicKey(publicKey.content);
    const proof = Buffer.from(proofOfPossession, 'base64');
    if (!verify('sha256', Buffer.from(subject), key, proof)) throw new Error('no possession');
    return key.export({ type: 'spki', format: 'der' });
  }
  const pem = Buffer.from(asked.certificateSigningRequest ?? '', 'base64').toString();
  const body = pem.replace(/-----[^-]+-----|\s/g, '');
  const csr = ASN1Obj.parseBuffer(Buffer.from(body, 'base64'));
  const [info, , signature] = csr.subs;
  const spki = info?.subs[2]?.toDER();
  if (info === undefined || signature === undefined || spki === undefined) {
    throw new Error('neither a key nor a certificate signing request');
  }
  const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
  if (!verify('sha256', info.toDER(), key, signature.value.subarray(1))) {
    throw new Error('the certificate signing request is not signed with its key');
  }
  return spki;
}

function json(status: number, body: unknown): Answer {
  return { status, type: 'application/json', body: JSON.stringify(body) };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw new Error('the request is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
