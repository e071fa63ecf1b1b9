import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { FOLDER } from './peers.ts';

/** Debian's registry: distribution 2.8, which many still run, and which ignores what later ones do not. */
const PACKAGE = 'docker-registry';
const PROGRAM = join(FOLDER, PACKAGE);

/** The program, or undefined where there is no Debian to have it from. */
export function findDebianRegistry(): string | undefined {
  return existsSync(PROGRAM) ? PROGRAM : undefined;
}

/**
 * Unpacks the program beside the other peers: nothing is installed and no service runs. Returns why
 * it cannot be had; undefined when it is there.
 */
export function unpackDebianRegistry(): string | undefined {
  if (existsSync(PROGRAM)) return undefined;
  for (const tool of ['apt-get', 'dpkg-deb']) {
    if (spawnSync(tool, ['--version']).error !== undefined) return `there is no ${tool} here`;
  }
  mkdirSync(FOLDER, { recursive: true });
  const aside = mkdtempSync(join(FOLDER, '.build-'));
  try {
    if (!download(aside)) return `apt-get does not find the package ${PACKAGE}`;
    const archive = readdirSync(aside).find((name) => name.endsWith('.deb')) ?? '';
    execFileSync('dpkg-deb', ['-x', archive, '.'], { cwd: aside, stdio: ['ignore', 2, 2] });
    renameSync(join(aside, 'usr/bin', PACKAGE), PROGRAM);
    return undefined;
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

/** A bare machine has no lists of packages yet; only root may fetch them. */
function download(folder: string): boolean {
  const tries = [[], ['update']];
  return tries.some((before) => {
    if (before.length > 0 && spawnSync('apt-get', before).status !== 0) return false;
    return spawnSync('apt-get', ['download', PACKAGE], { cwd: folder }).status === 0;
  });
}
