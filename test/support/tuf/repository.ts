import { Metadata, MetaFile, Root, Snapshot, TargetFile, Targets, Timestamp } from '@tufjs/models';
import { Delegations } from '@tufjs/models/dist/delegations.js';
import { DelegatedRole, Role } from '@tufjs/models/dist/role.js';
import { sha256 } from '../sigstore/x509.ts';
import { RoleKey } from './signer.ts';

const DAY = 86_400_000;
const TARGET = 'trusted_root.json';

type RoleName = 'root' | 'timestamp' | 'snapshot' | 'targets';
type Keys = Readonly<Record<RoleName, readonly RoleKey[]>>;

/** What of a publication is unusual. */
export interface Publication {
  /** From now, may be past. @default 7 days for the timestamp, a year for the rest */
  readonly expiresIn?: Partial<Record<RoleName, number>>;
  /** Signs that role instead of its own key. */
  readonly signedBy?: Partial<Record<RoleName, readonly RoleKey[]>>;
  /** Changes a target before its metadata is signed. */
  readonly target?: (target: TargetFile) => TargetFile;
  /** A role of this name knows the target, and the top-level targets do not. */
  readonly delegatedTo?: string;
}

/** The keys and files of a TUF repository (specification 1.0, consistent snapshots), all in memory. */
export class TufRepositoryFiles {
  /** By path below the mirror's address. Whoever changes them is the attacker. */
  readonly files = new Map<string, Uint8Array>();
  keys: Keys = newKeys();
  #versions = { root: 0, timestamp: 0, snapshot: 0, targets: 0 };

  constructor(target: Uint8Array) {
    this.publishRoot();
    this.publish(target);
  }

  /** The root that a client is shipped with. */
  get firstRoot(): Uint8Array {
    return this.file('1.root.json');
  }

  file(path: string): Uint8Array {
    const bytes = this.files.get(path);
    if (bytes === undefined) throw new Error(`the repository has no ${path}`);
    return bytes;
  }

  /** What everybody may have copied: an attacker who serves it again later is older, not forged. */
  copy(): ReadonlyMap<string, Uint8Array> {
    return new Map(this.files);
  }

  /** Serves these files instead of what is there. */
  serve(files: ReadonlyMap<string, Uint8Array>): void {
    this.files.clear();
    for (const [path, bytes] of files) this.files.set(path, bytes);
  }

  /** The next root, with these keys from now on; signed by the previous keys and by its own. */
  publishRoot(change: Partial<Keys> = {}, unusual: Publication = {}): void {
    const previous = this.keys.root;
    this.keys = { ...this.keys, ...change };
    const version = this.#next('root');
    const root = new Root({
      specVersion: '1.0.31',
      version,
      expires: expiryOf(unusual, 'root', 365 * DAY),
      consistentSnapshot: true,
      keys: Object.fromEntries(
        Object.values(this.keys).flatMap((keys) => keys.map(({ key }) => [key.keyID, key])),
      ),
      roles: Object.fromEntries(
        Object.entries(this.keys).map(([name, keys]) => [
          name,
          new Role({ keyIDs: keys.map(({ key }) => key.keyID), threshold: keys.length }),
        ]),
      ),
    });
    const signers = unusual.signedBy?.root ?? [...new Set([...previous, ...this.keys.root])];
    this.#put(`${version}.root.json`, root, signers);
  }

  /** The next version of targets, snapshot and timestamp. */
  publish(bytes: Uint8Array, unusual: Publication = {}): void {
    const common = { specVersion: '1.0.31' };
    const by = (role: RoleName) => unusual.signedBy?.[role] ?? this.keys[role];
    const hash = sha256(bytes).toString('hex');
    const file = new TargetFile({ path: TARGET, length: bytes.length, hashes: { sha256: hash } });
    const targets = new Targets({
      ...common,
      version: this.#next('targets'),
      expires: expiryOf(unusual, 'targets', 365 * DAY),
      ...(unusual.delegatedTo === undefined
        ? { targets: { [TARGET]: unusual.target?.(file) ?? file } }
        : { targets: {}, delegations: this.#delegationTo(unusual.delegatedTo) }),
    });
    const snapshot = new Snapshot({
      ...common,
      version: this.#next('snapshot'),
      expires: expiryOf(unusual, 'snapshot', 365 * DAY),
      meta: { 'targets.json': new MetaFile({ version: targets.version }) },
    });
    this.files.set(`targets/${hash}.${TARGET}`, bytes);
    this.#put(`${targets.version}.targets.json`, targets, by('targets'));
    this.#put(`${snapshot.version}.snapshot.json`, snapshot, by('snapshot'));
    this.publishTimestamp(unusual);
  }

  /** The next timestamp over the same snapshot. */
  publishTimestamp(unusual: Publication = {}): void {
    const timestamp = new Timestamp({
      specVersion: '1.0.31',
      version: this.#next('timestamp'),
      expires: expiryOf(unusual, 'timestamp', 7 * DAY),
      snapshotMeta: new MetaFile({ version: this.#versions.snapshot }),
    });
    this.#put('timestamp.json', timestamp, unusual.signedBy?.timestamp ?? this.keys.timestamp);
  }

  #delegationTo(name: string): Delegations {
    const keys = this.keys.targets.map(({ key }) => key);
    const keyIDs = keys.map(({ keyID }) => keyID);
    const role = new DelegatedRole({ name, keyIDs, threshold: 1, terminating: true, paths: ['*'] });
    return new Delegations({
      keys: Object.fromEntries(keys.map((key) => [key.keyID, key])),
      roles: { [name]: role },
    });
  }

  #next(role: RoleName): number {
    this.#versions[role] += 1;
    return this.#versions[role];
  }

  #put(path: string, signed: Root | Timestamp | Snapshot | Targets, by: readonly RoleKey[]): void {
    const metadata = new Metadata(signed);
    for (const key of by) key.sign(metadata);
    this.files.set(path, Buffer.from(JSON.stringify(metadata.toJSON())));
  }
}

export function newKeys(): Keys {
  const online = [new RoleKey()];
  return {
    root: [new RoleKey(), new RoleKey()],
    targets: [new RoleKey()],
    snapshot: online,
    timestamp: online,
  };
}

function expiryOf({ expiresIn }: Publication, role: RoleName, usual: number): string {
  const at = new Date(Date.now() + (expiresIn?.[role] ?? usual));
  return `${at.toISOString().slice(0, 19)}Z`;
}
