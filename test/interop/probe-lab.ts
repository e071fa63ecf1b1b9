import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRegistryClient, credentialFor } from '../../lambda/adapters/registry/index.ts';
import type { Credentials, RepositoryRef } from '../../lambda/application/ports.ts';
import { type Login, PRIVATE, PUBLIC, USER } from './guarded-registries.ts';
import { findPeers } from './peers.ts';
import { run } from './process.ts';
import type { RunningRegistry } from './registries.ts';
import type { Descriptor, Repository } from './repository.ts';

const peers = findPeers();

/** More than one page of the largest size that everybody takes. */
const MANY = 1_005;

export type Fill = (repository: (name: string) => Repository) => Promise<void>;

/** One running registry with known content, and three clients of it. */
export class ProbeLab {
  image!: Descriptor;
  index!: Descriptor;
  tags: string[] = [];
  #registry: RunningRegistry | undefined;
  #folder = '';
  readonly #clients: ReturnType<typeof createRegistryClient>[] = [];

  get #host(): string {
    return this.#registry?.host ?? '';
  }

  get at(): RepositoryRef {
    return { registry: this.#host, repository: PRIVATE };
  }

  async start(start: (fill: Fill) => Promise<RunningRegistry>, login: Login): Promise<void> {
    this.#folder = await mkdtemp(join(tmpdir(), 'tagwarden-probe-'));
    this.#registry = await start((repository) => this.#fill(repository, login));
    const auth = Buffer.from(`${USER.username}:${USER.password}`).toString('base64');
    const auths = login === 'no login' ? {} : { [this.#host]: { auth } };
    await writeFile(join(this.#folder, 'config.json'), JSON.stringify({ auths }));
    const regctl = { hosts: { [this.#host]: { tls: 'disabled' } } };
    await writeFile(join(this.#folder, 'regctl.json'), JSON.stringify(regctl));
  }

  async #fill(repository: (name: string) => Repository, login: Login): Promise<void> {
    const target = repository(PRIVATE);
    this.image = await target.putImage('image');
    this.index = (await target.putIndex('index')).index;
    await target.putReferrer(this.image, {
      schemaVersion: 2,
      artifactType: 'application/x',
      layers: [],
      subject: this.image,
    });
    const many = repository(PUBLIC);
    const count = login === 'no login' ? MANY : 3;
    this.tags = Array.from({ length: count }, (_, n) => `t${String(n).padStart(4, '0')}`);
    const { digest } = await many.putImage('t0000');
    const manifest = await many.getManifest(digest);
    for (const tag of this.tags.slice(1)) await many.putManifest(manifest, tag);
  }

  client(user: typeof USER | null = USER) {
    const host = this.#host;
    const credentials: { credentials?: Credentials } =
      user === null ? {} : { credentials: credentialFor(host, { kind: 'password', ...user }) };
    const client = createRegistryClient({ now: Date.now, allowLoopback: true, ...credentials });
    this.#clients.push(client);
    return client;
  }

  crane(...args: string[]): Promise<string[]> {
    return this.#lines(peers?.crane ?? '', args);
  }

  regctl(...args: string[]): Promise<string[]> {
    return this.#lines(peers?.regctl ?? '', args);
  }

  async #lines(program: string, args: readonly string[]): Promise<string[]> {
    const env = {
      HOME: this.#folder,
      DOCKER_CONFIG: this.#folder,
      REGCTL_CONFIG: join(this.#folder, 'regctl.json'),
    };
    const { exit, stdout, stderr } = await run(program, args, env);
    return exit === 0 ? stdout.trim().split('\n') : [`exit ${exit}`, stderr];
  }

  async stop(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
    await this.#registry?.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
