import { randomBytes } from 'node:crypto';
import { type Answer, json, ociError, type SeenRequest } from './exchange.ts';

export interface User {
  readonly username: string;
  readonly password: string;
}

export interface AccessOptions {
  /** `token`: Bearer tokens of this registry's own token server at `/token`. */
  readonly auth?: 'none' | 'basic' | 'token';
  readonly users?: readonly User[];
  /** With `token`: whether a token to pull is given to anybody. */
  readonly anonymousPull?: boolean;
  /** Where the challenge sends clients, when not to this registry's own `/token`. */
  readonly realm?: string;
  /** Lifetime of a token in seconds; the spec's floor and default is 60. */
  readonly expiresIn?: number;
  readonly now?: () => number;
}

interface Grant {
  readonly scopes: ReadonlySet<string>;
  readonly expires: number;
}

const SERVICE = 'registry-double';

/** Who may do what: Basic, or the Bearer tokens of the distribution project's token specification. */
export class Access {
  readonly #options: AccessOptions;
  readonly #grants = new Map<string, Grant>();

  constructor(options: AccessOptions) {
    this.#options = options;
  }

  /** The refusal of a request, or undefined when it may pass. */
  check(request: SeenRequest, repository: string, own: string): Answer | undefined {
    if ((this.#options.auth ?? 'none') === 'none') return undefined;
    if (this.#options.auth === 'basic') {
      if (this.#userOf(request) !== undefined) return undefined;
      return unauthorized(`Basic realm="${SERVICE}"`);
    }
    const action = request.method === 'GET' || request.method === 'HEAD' ? 'pull' : 'push';
    const scope = repository === '' ? '' : `repository:${repository}:${action}`;
    return this.#checkToken(request, scope, `${own}/token`);
  }

  #checkToken(request: SeenRequest, scope: string, ownRealm: string): Answer | undefined {
    const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const grant = this.#grants.get(token ?? '');
    const wanted = scope.endsWith(':push') ? scope.replace(/push$/, 'pull,push') : scope;
    const challenge =
      `Bearer realm="${this.#options.realm ?? ownRealm}",service="${SERVICE}"` +
      (scope === '' ? '' : `,scope="${wanted}"`);
    if (token === undefined) return unauthorized(challenge);
    if (grant === undefined || grant.expires <= this.#now()) {
      return unauthorized(`${challenge},error="invalid_token"`);
    }
    if (scope === '' || grant.scopes.has(scope)) return undefined;
    return unauthorized(`${challenge},error="insufficient_scope"`);
  }

  /** The token server: `GET` with Basic or anonymous, or `POST` with a refresh token that is a user's password. */
  token(request: SeenRequest): Answer {
    const form = request.method === 'POST' ? formOf(request) : request.query;
    const user = request.method === 'POST' ? this.#refreshed(form) : this.#userOf(request);
    const claimed = request.headers.authorization !== undefined || request.method === 'POST';
    if (claimed && user === undefined) return unauthorized(`Basic realm="${SERVICE}"`);
    const asked = form.getAll('scope').flatMap((scope) => scope.split(' '));
    const scopes = new Set(asked.flatMap((scope) => this.#granted(scope, user)));
    const token = randomBytes(24).toString('base64url');
    const expiresIn = this.#options.expiresIn ?? 60;
    this.#grants.set(token, { scopes, expires: this.#now() + expiresIn * 1000 });
    return json(200, { token, access_token: token, expires_in: expiresIn });
  }

  /** "If the client only has a subset of the requested access it must not be considered an error." */
  #granted(scope: string, user: User | undefined): string[] {
    const [, repository, actions] = /^repository:(.+):([a-z,*]+)$/.exec(scope) ?? [];
    if (repository === undefined || actions === undefined) return [];
    const may =
      user === undefined ? (this.#options.anonymousPull ? ['pull'] : []) : ['pull', 'push'];
    return may
      .filter((action) => actions === '*' || actions.split(',').includes(action))
      .map((action) => `repository:${repository}:${action}`);
  }

  #refreshed(form: URLSearchParams): User | undefined {
    if (form.get('grant_type') !== 'refresh_token') return undefined;
    return this.#options.users?.find(({ password }) => password === form.get('refresh_token'));
  }

  #userOf(request: SeenRequest): User | undefined {
    const encoded = /^Basic (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const given = Buffer.from(encoded, 'base64').toString();
    return this.#options.users?.find((user) => given === `${user.username}:${user.password}`);
  }

  #now(): number {
    return (this.#options.now ?? Date.now)();
  }
}

function formOf(request: SeenRequest): URLSearchParams {
  return new URLSearchParams(Buffer.from(request.body).toString());
}

function unauthorized(challenge: string): Answer {
  return ociError(401, 'UNAUTHORIZED', 'authentication required', {
    'www-authenticate': challenge,
  });
}
