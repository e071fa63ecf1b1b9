import { join } from 'node:path';
import { type BuildOptions, buildSync } from 'esbuild';
import { BUNDLE } from '../lambda/contract/bundle.ts';

const PROJECT = join(import.meta.dirname, '..');

/**
 * The options that turn a handler into `index.mjs` and its chunks. esbuild itself and not
 * `NodejsFunction`, which makes one file of everything: what a function rarely needs (verifying,
 * patterns, logging in) would be read at every cold start.
 */
export function bundleOptions(handler: string, outdir: string): BuildOptions {
  const { banner, mainFields, external, alias, ...options } = BUNDLE;
  return {
    ...options,
    mainFields: [...mainFields],
    external: [...external],
    alias: Object.fromEntries(
      Object.entries(alias).map(([name, file]) => [name, join(PROJECT, file)]),
    ),
    banner: { js: banner },
    absWorkingDir: PROJECT,
    entryPoints: { index: `lambda/handlers/${handler}.ts` },
    outdir,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    platform: 'node',
    logLevel: 'warning',
  };
}

/** Writes the bundle of a handler (a file below `lambda/handlers`, without its ending). */
export function bundleFunction(handler: string, outdir: string): void {
  buildSync(bundleOptions(handler, outdir));
}
