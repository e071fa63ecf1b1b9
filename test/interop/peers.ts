import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The real programs that Tagwarden has to agree with: paths of their executables. */
export interface Peers {
  readonly crane: string;
  readonly registry: string;
  readonly cosign: string;
  /** go-containerregistry's in-memory registry with its referrers API (`refreg/main.go`). */
  readonly refreg: string;
  readonly regctl: string;
  /** What distribution and containerd make of references and challenges (`oracle/main.go`). */
  readonly oracle: string;
}

type PeerName = keyof Peers;

/** Programs of our own around other people's libraries: folders here. */
const OWN = ['refreg', 'oracle'] as const;
type OwnName = (typeof OWN)[number];

const MODULES: Record<Exclude<PeerName, OwnName>, { package: string; version: string }> = {
  crane: { package: 'github.com/google/go-containerregistry/cmd/crane', version: 'v0.22.1' },
  registry: {
    package: 'github.com/distribution/distribution/v3/cmd/registry',
    version: 'v3.1.2',
  },
  cosign: { package: 'github.com/sigstore/cosign/v3/cmd/cosign', version: 'v3.1.3' },
  regctl: { package: 'github.com/regclient/regclient/cmd/regctl', version: 'v0.11.7' },
};

/** Outside the tree, so that a fresh clone finds what an earlier one built. */
export const FOLDER = join(
  process.env.XDG_CACHE_HOME || join(homedir(), '.cache'),
  'tagwarden',
  'peers',
);

const PEERS: Peers = {
  crane: versioned('crane', MODULES.crane.version),
  registry: versioned('registry', MODULES.registry.version),
  cosign: versioned('cosign', MODULES.cosign.version),
  refreg: versioned('refreg', hashOf('refreg')),
  regctl: versioned('regctl', MODULES.regctl.version),
  oracle: versioned('oracle', hashOf('oracle')),
};

/** The peers, or undefined when they are not installed: then the suite is skipped, never passed. */
export function findPeers(): Peers | undefined {
  return Object.values(PEERS).every((path) => existsSync(path)) ? PEERS : undefined;
}

/**
 * Builds the peers that are missing, with progress on stderr.
 *
 * @returns false where there is no Go to build them with.
 * @throws when Go is there and a build fails: that is a failure of the suite, not a reason to skip it.
 */
export function installPeers(): boolean {
  const missing = (Object.keys(PEERS) as PeerName[]).filter((name) => !existsSync(PEERS[name]));
  if (missing.length === 0) return true;
  if (spawnSync('go', ['version']).error !== undefined) return false;
  mkdirSync(FOLDER, { recursive: true });
  for (const name of missing) install(name);
  return true;
}

/** Built aside and renamed into place: who looks sees a whole program or none, however many build at once. */
function install(name: PeerName): void {
  process.stderr.write(`interop: building ${PEERS[name]}, once …\n`);
  const aside = mkdtempSync(join(FOLDER, '.build-'));
  try {
    build(name, aside);
    renameSync(join(aside, name), PEERS[name]);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

function build(name: PeerName, folder: string): void {
  const env = { ...process.env, GOBIN: folder, CGO_ENABLED: '0' };
  const stdio: ['ignore', 2, 2] = ['ignore', 2, 2];
  if (isOwn(name)) {
    const cwd = join(import.meta.dirname, name);
    execFileSync('go', ['build', '-o', join(folder, name), '.'], { cwd, env, stdio });
    return;
  }
  const module = MODULES[name];
  execFileSync('go', ['install', `${module.package}@${module.version}`], { env, stdio });
}

function versioned(name: PeerName, version: string): string {
  return join(FOLDER, `${name}-${version}`);
}

function isOwn(name: PeerName): name is OwnName {
  return (OWN as readonly PeerName[]).includes(name);
}

function hashOf(name: OwnName): string {
  const hash = createHash('sha256');
  for (const file of ['go.mod', 'go.sum', 'main.go']) {
    hash.update(readFileSync(join(import.meta.dirname, name, file)));
  }
  return hash.digest('hex').slice(0, 12);
}
