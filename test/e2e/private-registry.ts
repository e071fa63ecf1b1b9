import {
  pushImage,
  type RegistryDouble,
  selfSigned,
  startRegistry,
} from '../support/registry/index.ts';
import { PRIVATE } from './hosts.ts';

export const LOGIN = { username: 'robot', password: 'Cx5gWv0lqy-mQnTz' } as const;

/** A registry of a company: it has a certificate of its own authority, and wants a login. */
export class PrivateRegistry {
  readonly registry: RegistryDouble;
  /** PEM of the authority. */
  readonly authority: string;

  private constructor(registry: RegistryDouble, authority: string) {
    this.registry = registry;
    this.authority = authority;
  }

  static async start(): Promise<PrivateRegistry> {
    const { key, cert } = selfSigned({ dnsName: PRIVATE.name });
    const registry = await startRegistry({ tls: { key, cert }, auth: 'basic', users: [LOGIN] });
    return new PrivateRegistry(registry, cert);
  }

  get port(): number {
    return Number(this.registry.host.split(':')[1]);
  }

  /** @returns the digest. */
  push(repository: string, tag: string): string {
    return pushImage(this.registry, repository, tag, { content: tag }).digest;
  }

  close(): Promise<void> {
    return this.registry.close();
  }
}
