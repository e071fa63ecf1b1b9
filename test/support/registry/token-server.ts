import { createPrivateKey, type KeyObject, randomUUID, sign, X509Certificate } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { User } from './access.ts';
import { selfSigned } from './certificate.ts';

export interface TokenServerOptions {
  readonly users: readonly User[];
  /** What somebody may do in a repository; `user` is undefined for anybody. */
  readonly allows: (user: User | undefined, repository: string) => readonly string[];
  /** Seconds. @default 300 */
  readonly expiresIn?: number;
}

/**
 * A token server for registries that are not ours (distribution project, "Token Authentication
 * Specification"): its tokens are JWTs, signed with ES256 by a certificate that they carry (`x5c`).
 */
export class TokenServer {
  readonly service = 'registry.example';
  readonly issuer = 'tagwarden test tokens';
  /** PEM: what the registry trusts. */
  readonly certificate: string;
  /** `GET /token?…`, with or without a name, in order. */
  readonly requests: string[] = [];
  readonly #options: TokenServerOptions;
  readonly #key: KeyObject;
  readonly #server = createServer((request, response) => {
    this.requests.push(`${request.method} ${request.url}`);
    const { status, body } = this.#answer(request);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });

  private constructor(options: TokenServerOptions) {
    const { key, cert } = selfSigned();
    this.#options = options;
    this.#key = createPrivateKey(key);
    this.certificate = cert;
  }

  static async start(options: TokenServerOptions): Promise<TokenServer> {
    const server = new TokenServer(options);
    await new Promise<void>((listening) => server.#server.listen(0, '127.0.0.1', listening));
    return server;
  }

  get realm(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/token`;
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((closed) => this.#server.close(() => closed()));
  }

  #answer({ url, headers }: IncomingMessage): { status: number; body: object } {
    const { searchParams } = new URL(url ?? '', this.realm);
    const user = this.#userOf(headers.authorization);
    if (headers.authorization !== undefined && user === undefined) {
      return {
        status: 401,
        body: { errors: [{ code: 'UNAUTHORIZED', message: 'wrong password' }] },
      };
    }
    const scopes = searchParams.getAll('scope').flatMap((scope) => scope.split(' '));
    const access = scopes.flatMap((scope) => this.#accessOf(scope, user));
    const expires_in = this.#options.expiresIn ?? 300;
    return { status: 200, body: { token: this.#token(user, access, expires_in), expires_in } };
  }

  #userOf(authorization = ''): User | undefined {
    const given = Buffer.from(authorization.replace(/^Basic /, ''), 'base64').toString();
    return this.#options.users.find((user) => given === `${user.username}:${user.password}`);
  }

  #accessOf(scope: string, user: User | undefined): object[] {
    const [, name, wanted = ''] = /^repository:(.+):([a-z,]+)$/.exec(scope) ?? [];
    if (name === undefined) return [];
    const allowed = this.#options.allows(user, name);
    const actions = wanted.split(',').filter((action) => allowed.includes(action));
    return actions.length === 0 ? [] : [{ type: 'repository', name, actions }];
  }

  #token(user: User | undefined, access: readonly object[], life: number): string {
    const now = Math.floor(Date.now() / 1000);
    const x5c = [new X509Certificate(this.certificate).raw.toString('base64')];
    const claims = {
      ...{ iss: this.issuer, aud: this.service, sub: user?.username ?? '', jti: randomUUID() },
      ...{ iat: now, nbf: now - 10, exp: now + life, access },
    };
    const signed = [{ typ: 'JWT', alg: 'ES256', x5c }, claims].map(encoded).join('.');
    const key = { key: this.#key, dsaEncoding: 'ieee-p1363' as const };
    return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
  }
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
