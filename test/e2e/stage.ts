import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from '@jest/globals';
import { Lab } from '../interop/lab.ts';
import { findPeers, type Peers } from '../interop/peers.ts';
import { REGISTRIES } from '../interop/registries.ts';
import { Cdk } from './cdk.ts';
import { Cloud } from './cloud.ts';
import { findEmulator } from './emulator/install.ts';
import { Emulator } from './emulator/server.ts';
import { Gate } from './gate.ts';
import { PRIVATE, REGISTRY } from './hosts.ts';
import { PrivateRegistry } from './private-registry.ts';

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
  /** Between the functions and the registry. */
  readonly gate: Gate;
  readonly privateRegistry: PrivateRegistry;
  /** Has the watch list and what it names. */
  readonly folder: string;
  readonly #ends: Ends;

  private constructor(parts: Parts, ends: Ends) {
    this.emulator = parts.emulator;
    this.lab = parts.lab;
    this.gate = parts.gate;
    this.privateRegistry = parts.privateRegistry;
    this.folder = parts.folder;
    this.cloud = new Cloud(this.emulator);
    this.cdk = new Cdk(this.emulator, join(this.folder, 'cdk.out'));
    this.#ends = [...ends, () => this.cloud.close()];
  }

  /** @param enforced Whether every request needs a permission, and TLS. */
  static async start(enforced: boolean): Promise<Stage> {
    const ends: Ends = [];
    try {
      const folder = await mkdtemp(join(tmpdir(), 'tagwarden-stage-'));
      ends.push(() => rm(folder, { recursive: true, force: true }));
      const lab = await Lab.start(peers as Peers, REGISTRIES['crane registry serve']);
      ends.push(() => lab.stop());
      const gate = await Gate.before(Number(lab.host.split(':')[1]));
      ends.push(() => gate.close());
      const privateRegistry = await PrivateRegistry.start();
      ends.push(() => privateRegistry.close());
      const emulator = await Emulator.start(python as string, enforced);
      ends.push(() => emulator.stop());
      await emulator.addHost({ ...REGISTRY, to: gate.port });
      await emulator.addHost({ ...PRIVATE, to: privateRegistry.port });
      return new Stage({ emulator, lab, gate, privateRegistry, folder }, ends);
    } catch (thrown) {
      await endAll(ends);
      throw thrown;
    }
  }

  /** @returns the path of the written file. */
  async write(name: string, content: string | Uint8Array): Promise<string> {
    const path = join(this.folder, name);
    await writeFile(path, content);
    return path;
  }

  stop(): Promise<void> {
    return endAll(this.#ends);
  }
}

type Parts = Pick<Stage, 'emulator' | 'lab' | 'gate' | 'privateRegistry' | 'folder'>;
type Ends = (() => Promise<void>)[];

/** The last that was started ends first. */
async function endAll(ends: Ends): Promise<void> {
  for (const end of ends.toReversed()) await end();
}
