import type { Credential, Credentials, Denied } from '../../application/ports.ts';
import { messageOf } from '../../domain/errors.ts';
import type { Challenge } from './challenge.ts';
import { basicOf } from './credentials.ts';
import { RegistryError } from './errors.ts';
import { checkRealm, parseRealm } from './realm.ts';
import type { Site } from './site.ts';
import type { Token, Tokens } from './token.ts';

/** The `Authorization` that one site takes for one repository. */
export interface Grant {
  readonly kind: 'grant';
  readonly header: string;
  /** The bare token or password within, for leaving it out of messages. */
  readonly secret: string;
  /** Milliseconds of the clock. */
  readonly until: number;
}

const MOST_GRANTS = 20_000;

/** Answers challenges, and remembers the answers so that an unchanged tag costs one request. */
export class Authorizer {
  readonly #tokens: Tokens;
  readonly #credentials: Credentials;
  readonly #now: () => number;
  readonly #grants = new Map<string, Grant>();

  constructor(tokens: Tokens, credentials: Credentials, now: () => number) {
    this.#tokens = tokens;
    this.#credentials = credentials;
    this.#now = now;
  }

  /** Attack: a host that a redirect led to never sees what belongs to the registry itself. */
  async credentialFor(site: Site, repository: string): Promise<Credential | undefined> {
    if (!site.own) return undefined;
    try {
      return await this.#credentials.find(site.registry, repository);
    } catch (thrown) {
      const happened = `${site.registry} asks for a login: ${messageOf(thrown)}`;
      throw new RegistryError('CREDENTIALS_UNKNOWN', happened, { cause: thrown });
    }
  }

  remembered(site: Site, repository: string): Grant | undefined {
    const grant = this.#grants.get(keyOf(site, repository));
    return grant !== undefined && grant.until > this.#now() ? grant : undefined;
  }

  /** It was not taken. */
  forget(site: Site, repository: string, grant: Grant): void {
    this.#grants.delete(keyOf(site, repository));
    this.#tokens.forget(grant.secret);
  }

  /**
   * Undefined when nothing that was asked for can be given: the refusal stands.
   * @throws {RegistryError} when the token server is forbidden or fails
   */
  async answer(
    site: Site,
    repository: string,
    challenges: readonly Challenge[],
    signal: AbortSignal,
  ): Promise<Grant | Denied | undefined> {
    const credential = await this.credentialFor(site, repository);
    const bearer = challenges.find((challenge) => isUsableBearer(challenge, credential));
    const grant =
      bearer === undefined
        ? basicGrant(challenges, credential)
        : await this.#bearer(site, repository, bearer, credential, signal);
    if (grant?.kind === 'grant') this.#remember(keyOf(site, repository), grant);
    return grant;
  }

  async #bearer(
    site: Site,
    repository: string,
    { parameters }: Challenge,
    credential: Credential | undefined,
    signal: AbortSignal,
  ): Promise<Grant | Denied | undefined> {
    if (credential?.kind === 'bearer') return grantOf(credential.token, Number.POSITIVE_INFINITY);
    const url = parseRealm(parameters.get('realm'));
    if (url === undefined) return undefined;
    const realm = checkRealm(url, site);
    if (credential !== undefined && !realm.mayHaveSecret) {
      const why = 'another domain, so that the credential is not sent to it';
      const happened = `${site.registry} names the token server ${realm.origin}, of ${why}`;
      throw new RegistryError('REALM_FORBIDDEN', happened);
    }
    const scope = parameters.get('scope') || `repository:${repository}:pull`;
    const token = await this.#tokens.get(
      {
        registry: site.registry,
        realm,
        service: parameters.get('service'),
        scopes: scope.split(' ').filter(Boolean),
        credential,
      },
      signal,
    );
    return token.kind === 'token' ? tokenGrant(token) : token;
  }

  #remember(key: string, grant: Grant): void {
    this.#grants.delete(key);
    this.#grants.set(key, grant);
    if (this.#grants.size <= MOST_GRANTS) return;
    for (const oldest of this.#grants.keys()) {
      this.#grants.delete(oldest);
      return;
    }
  }
}

function isUsableBearer({ scheme, parameters }: Challenge, credential?: Credential): boolean {
  if (scheme !== 'bearer') return false;
  return credential?.kind === 'bearer' || parseRealm(parameters.get('realm')) !== undefined;
}

function basicGrant(
  challenges: readonly Challenge[],
  credential: Credential | undefined,
): Grant | undefined {
  const isAsked = challenges.some(({ scheme }) => scheme === 'basic');
  if (!isAsked || credential?.kind !== 'password') return undefined;
  const { username, password } = credential;
  return {
    kind: 'grant',
    header: `Basic ${basicOf(username, password)}`,
    secret: password,
    until: Number.POSITIVE_INFINITY,
  };
}

function tokenGrant({ value, until }: Token): Grant {
  return grantOf(value, until);
}

function grantOf(token: string, until: number): Grant {
  return { kind: 'grant', header: `Bearer ${token}`, secret: token, until };
}

function keyOf(site: Site, repository: string): string {
  return `${site.own} ${site.origin}/${repository}`;
}
