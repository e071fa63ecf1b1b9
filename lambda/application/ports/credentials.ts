/** How the user is known to registries. */

/** How the user is known to one registry. */
export type Credential =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  /** An OAuth2 refresh token (`identitytoken`), exchanged at the token server. */
  | { readonly kind: 'identity'; readonly token: string; readonly username?: string }
  /** A token that the registry itself takes (`registrytoken`). */
  | { readonly kind: 'bearer'; readonly token: string };

/** Which credential, if any, belongs to a repository of a registry. */
export interface Credentials {
  /**
   * Throws when it cannot be found out: to go on without one would be answered with a refusal, and
   * a refusal says something about the tag. The message must have no secret in it.
   */
  find(
    registry: string,
    repository: string,
  ): Credential | undefined | Promise<Credential | undefined>;
}
