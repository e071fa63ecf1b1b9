import { createHash } from 'node:crypto';
import type { Credential, Credentials } from '../../application/ports.ts';

export const NO_CREDENTIALS: Credentials = { find: () => undefined };

/** For this registry and for nothing else, wherever it may send us. */
export function credentialFor(registry: string, credential: Credential): Credentials {
  return { find: (asked) => (asked === registry ? credential : undefined) };
}

/** The first source that knows one. */
export function firstCredential(...sources: readonly Credentials[]): Credentials {
  return {
    async find(registry, repository) {
      for (const source of sources) {
        const found = await source.find(registry, repository);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}

/** Equal for the same credential, and tells nothing about it: part of the key of what it may see. */
export function idOf(credential: Credential | undefined): string {
  if (credential === undefined) return 'anonymous';
  return createHash('sha256').update(JSON.stringify(credential)).digest('base64url');
}

/** What must not appear in a message. */
export function secretsOf(credential: Credential | undefined): string[] {
  if (credential === undefined) return [];
  if (credential.kind !== 'password') return [credential.token];
  return [credential.password, basicOf(credential.username, credential.password)];
}

/** RFC 7617. */
export function basicOf(username: string, password: string): string {
  return Buffer.from(`${username}:${password}`).toString('base64');
}
