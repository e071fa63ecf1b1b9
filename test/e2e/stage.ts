import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from '@jest/globals';
import { Lab } from '../interop/lab.ts';
import { findPeers, type Peers } from '../interop/peers.ts';
import { REGISTRIES } from '../interop/registries.ts';
import { Cdk } from './cdk.ts';
import { Cloud } from './cloud.ts';
import { findEmulator } from './emulator/install.ts';
import { Emulator } from './emulator/server.ts';

/** Where the deployed functions find the registry: a private address, as in a company's network. */
export const REGISTRY = {
  name: 'registry.corp.example',
  address: '10.20.0.5',
  port: 5000,
} as const;

const START_TIME = 120_000;

const peers = findPeers();
const python = findEmulator();

/** Without the emulator or the peers there is nothing to deploy into: skipped, which is reported, and never passed. */
export const suite = peers === undefined || typeof python !== 'string' ? describe.skip : describe;

/** An account, a registry that its functions can reach, cosign with a private Sigstore, and `cdk`. */
export class Stage {
  readonly emulator: Emulator;
  readonly cloud: Cloud;
  readonly cdk: Cdk;
  readonly lab: Lab;
  /** Has the watch list and what it names. */
  readonly folder: string;

  private constructor(parts: Pick<Stage, 'emulator' | 'lab' | 'folder'>) {
    this.emulator = parts.emulator;
    this.lab = parts.lab;
    this.folder = parts.folder;
    this.cloud = new Cloud(this.emulator);
    this.cdk = new Cdk(this.emulator, join(this.folder, 'cdk.out'));
  }

  /** @param enforced Whether every request needs a permission, and TLS. */
  static async start(enforced: boolean): Promise<Stage> {
    const folder = await mkdtemp(join(tmpdir(), 'tagwarden-stage-'));
    const lab = await Lab.start(peers as Peers, REGISTRIES['crane registry serve']);
    const emulator = await Emulator.start(python as string, enforced);
    await emulator.setHosts([{ ...REGISTRY, to: Number(lab.host.split(':')[1]) }]);
    return new Stage({ emulator, lab, folder });
  }

  /** @returns the path of the written file. */
  async write(name: string, content: string | Uint8Array): Promise<string> {
    const path = join(this.folder, name);
    await writeFile(path, content);
    return path;
  }

  async stop(): Promise<void> {
    await this.cloud.close();
    await this.emulator.stop();
    await this.lab.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** One stage for all tests of a `describe`. */
export function useStage(enforced: boolean): () => Stage {
  let stage: Stage | undefined;
  beforeAll(async () => {
    stage = await Stage.start(enforced);
  }, START_TIME);
  afterAll(() => stage?.stop());
  return () => stage as Stage;
}
