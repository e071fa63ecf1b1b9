import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const CONSTRAINTS = join(import.meta.dirname, 'constraints.txt');
const OLDEST = [3, 10] as const;

/** Outside the tree, so that a fresh clone finds what an earlier one installed. */
const FOLDER = join(
  process.env.XDG_CACHE_HOME || join(homedir(), '.cache'),
  'tagwarden',
  'emulator',
);

/** Why there is no emulator here; the suite is then skipped, never passed. */
export interface Missing {
  readonly why: string;
}

/** The Python that runs the emulator as `-m ministack`, or why there is none. */
export function findEmulator(): string | Missing {
  const python = findPython();
  if (typeof python !== 'string') return python;
  const program = programOf(environmentFor(python));
  return existsSync(program) ? program : { why: 'the emulator is not installed' };
}

/**
 * Installs the emulator into a virtual environment of its own, with progress on stderr, unless it
 * is there.
 *
 * @throws when Python is there and the installation fails: a failure of the suite, no reason to skip it.
 */
export function installEmulator(): string | Missing {
  const python = findPython();
  if (typeof python !== 'string') return python;
  const environment = environmentFor(python);
  if (!existsSync(environment)) install(environment);
  return programOf(environment);
}

/** The version of the Python that can, such as `3.12.1`. */
function findPython(): string | Missing {
  const asked = spawnSync('python3', [
    '-c',
    'import ensurepip, platform, venv; print(platform.python_version())',
  ]);
  if (asked.error !== undefined) return { why: 'there is no python3 on the PATH' };
  if (asked.status !== 0)
    return { why: `python3 cannot make virtual environments: ${asked.stderr}` };
  const version = asked.stdout.toString().trim();
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major === OLDEST[0] && minor >= OLDEST[1]) return version;
  return { why: `found Python ${version}, expected ${OLDEST.join('.')} or later` };
}

/** Of its very packages and its very Python: a virtual environment does not outlive an upgrade. */
function environmentFor(python: string): string {
  const packages = createHash('sha256').update(readFileSync(CONSTRAINTS)).digest('hex');
  return join(FOLDER, `ministack-${packages.slice(0, 12)}-python-${python}`);
}

/** Python finds its packages from where it is: the scripts beside it would not survive the renaming. */
function programOf(environment: string): string {
  return join(environment, 'bin', 'python3');
}

/** Made aside and renamed into place: who looks sees a whole environment or none. */
function install(environment: string): void {
  process.stderr.write(`e2e: installing the emulator into ${environment}, once …\n`);
  mkdirSync(FOLDER, { recursive: true });
  const aside = mkdtempSync(join(FOLDER, '.install-'));
  const stdio: ['ignore', 2, 2] = ['ignore', 2, 2];
  try {
    execFileSync('python3', ['-m', 'venv', aside], { stdio });
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
    execFileSync(programOf(aside), [...pip, '-c', CONSTRAINTS, 'ministack'], { stdio });
    renameUnlessThere(aside, environment);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

/** Another run may have been first. */
function renameUnlessThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (thrown) {
    if (!existsSync(to)) throw thrown;
  }
}
