import type { Credential, Credentials, Denied } from '../../application/ports.ts';
import { messageOf } from '../../domain/errors.ts';
import type { Duration } from '../../domain/time.ts';
import type { Challenge } from './challenge.ts';
import { basicOf } from './credentials.ts';
import { type Door, Doors, type Grant, NO_REPOSITORY } from './door.ts';
import { RegistryError } from './errors.ts';
import { checkRealm, parseRealm } from './realm.ts';
import type { Site } from './site.ts';
import type { Tokens } from './token.ts';

/** Answers challenges, and remembers the answers so that an unchanged tag costs one request. */
export class Authorizer {
  readonly #tokens: Tokens;
  readonly #credentials: Credentials;
  readonly #now: () => number;
  readonly #doors = new Doors();

  constructor(tokens: Tokens, credentials: Credentials, now: () => number) {
    this.#tokens = tokens;
    this.#credentials = credentials;
    this.#now = now;
  }

  doorOf(site: Site, repository: string): Door {
    return this.#doors.of(site, repository);
  }

  remembered(door: Door): Grant | undefined {
    return door.grant(this.#now());
  }

  /**
   * What to show where nothing is remembered: what somebody else is just finding out, or another
   * token, by what was asked for the last time. Undefined when we do not know: ask without.
   *
   * @throws {RegistryError} when the token server is forbidden or fails
   */
  async prepare(door: Door, patience: Duration, signal: AbortSignal): Promise<Grant | undefined> {
    if (door.isOpen) return undefined;
    const others = door.visit(signal, patience);
    if (others !== undefined) {
      await others;
      return this.remembered(door);
    }
    const { challenges } = door;
    if (challenges === undefined) return undefined;
    // The token server may have moved: whatever fails here is asked for anew the next time.
    door.forgetAll();
    const renewed = await this.answer(door, challenges, signal);
    return renewed?.kind === 'grant' ? renewed : undefined;
  }

  /** It was not taken. */
  forget(door: Door, grant: Grant): void {
    door.forget(grant);
    this.#tokens.forget(grant.secret);
  }

  /**
   * Undefined when nothing that was asked for can be given: the refusal stands.
   * @throws {RegistryError} when the token server is forbidden or fails
   */
  async answer(
    door: Door,
    challenges: readonly Challenge[],
    signal: AbortSignal,
  ): Promise<Grant | Denied | undefined> {
    const credential = await this.#credentialFor(door);
    const bearer = challenges.find((challenge) => isUsableBearer(challenge, credential));
    const grant =
      bearer === undefined
        ? this.#basic(challenges, credential)
        : await this.#bearer(door, bearer, credential, signal);
    if (grant?.kind === 'grant') door.keep(grant, challenges);
    return grant;
  }

  /** Attack: a host that a redirect led to never sees what belongs to the registry itself. */
  async #credentialFor({ site, repository }: Door): Promise<Credential | undefined> {
    if (!site.own) return undefined;
    try {
      return await this.#credentials.find(site.registry, repository);
    } catch (thrown) {
      const happened = `${site.registry} asks for a login: ${messageOf(thrown)}`;
      throw new RegistryError('CREDENTIALS_UNKNOWN', happened, { cause: thrown });
    }
  }

  async #bearer(
    door: Door,
    { parameters }: Challenge,
    credential: Credential | undefined,
    signal: AbortSignal,
  ): Promise<Grant | Denied | undefined> {
    const scope = scopeOf(parameters, door);
    if (credential?.kind === 'bearer') return this.#grant('Bearer', credential.token, { scope });
    const url = parseRealm(parameters.get('realm'));
    if (url === undefined) return undefined;
    const { site } = door;
    const realm = await checkRealm(url, site);
    if (credential !== undefined && !realm.mayHaveSecret) {
      throw unknownTokenServer(site, url);
    }
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
    return token.kind === 'token' ? this.#grant('Bearer', token.value, { ...token, scope }) : token;
  }

  #basic(challenges: readonly Challenge[], credential: Credential | undefined): Grant | undefined {
    const isAsked = challenges.some(({ scheme }) => scheme === 'basic');
    if (!isAsked || credential?.kind !== 'password') return undefined;
    const { username, password } = credential;
    const grant = this.#grant('Basic', basicOf(username, password), {});
    return { ...grant, secret: password };
  }

  #grant(scheme: string, secret: string, given: { scope?: string; until?: number }): Grant {
    const { scope = '', until = Number.POSITIVE_INFINITY } = given;
    const since = this.#now();
    return { kind: 'grant', header: `${scheme} ${secret}`, secret, scope, since, until };
  }

  /**
   * Whether another token would be the same: "insufficient_scope" (RFC 6750, 3.1) for one that was
   * given a moment ago for just this. A hundred tags that we may not see are not a hundred tokens.
   */
  isLastWord(door: Door, grant: Grant, challenges: readonly Challenge[]): boolean {
    if (this.#now() - grant.since > MOMENT) return false;
    return challenges.some(
      ({ scheme, parameters }) =>
        scheme === 'bearer' &&
        parameters.get('error') === 'insufficient_scope' &&
        scopeOf(parameters, door) === grant.scope,
    );
  }
}

/** Milliseconds. */
const MOMENT = 60_000;

/** What is asked for; where nothing is said, to read this repository. A login asks for nothing. */
function scopeOf(parameters: Challenge['parameters'], { repository }: Door): string {
  if (repository === NO_REPOSITORY) return '';
  return parameters.get('scope') || `repository:${repository}:pull`;
}

function unknownTokenServer({ registry }: Site, { origin, host }: URL): RegistryError {
  const why = 'another domain, so that the credential is not sent to it';
  return new RegistryError(
    'REALM_FORBIDDEN',
    `${registry} names the token server ${origin}, of ${why}`,
    {
      advice: `if it belongs to that registry, name it under \`registries\` of the watch list: {host: "${registry}", tokenHosts: ["${host}"]}`,
    },
  );
}

function isUsableBearer({ scheme, parameters }: Challenge, credential?: Credential): boolean {
  if (scheme !== 'bearer') return false;
  return credential?.kind === 'bearer' || parseRealm(parameters.get('realm')) !== undefined;
}
