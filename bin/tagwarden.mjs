#!/usr/bin/env node
// Starts the command line on the Node that the project brings along: the sources are TypeScript,
// which the Node of the machine may be too old to run.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const OLDEST = 24;
const program = fileURLToPath(new URL('tagwarden.ts', import.meta.url));
const folder = fileURLToPath(new URL('../node_modules/', import.meta.url));
// Compiled once, not at every start; beside what is installed, so that nobody else can write to it.
const compiled = fileURLToPath(new URL('../node_modules/.cache/tagwarden', import.meta.url));
const node = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));

if (!existsSync(folder)) {
  console.error(
    'tagwarden: not installed yet: run npm ci first (npm start and npm test do it by themselves)',
  );
  process.exitCode = 69;
} else if (Number.parseInt(process.versions.node, 10) >= OLDEST) {
  module.enableCompileCache(process.env.NODE_COMPILE_CACHE ?? compiled);
  await import('./tagwarden.ts');
} else if (!existsSync(node)) {
  console.error(
    `tagwarden: expected Node ${OLDEST} or later, found ${process.versions.node}: run npm ci, which brings it`,
  );
  process.exitCode = 69;
} else {
  const env = { NODE_COMPILE_CACHE: compiled, ...process.env };
  const child = spawn(node, [program, ...process.argv.slice(2)], { stdio: 'inherit', env });
  // A terminal sends Ctrl-C to both of us: then the child must not get it twice.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
  });
}
