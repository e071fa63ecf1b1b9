import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build } from 'esbuild';
import { withPoints } from './points.ts';

const PROJECT = join(import.meta.dirname, '../../..');
const LIBRARIES = join(PROJECT, 'node_modules/@sigstore');

export interface FaultyOptions {
  /** Source of a module that exports what is wanted, as if it lay in the folder. */
  readonly entry: string;
  /** All files of which can fail; its libraries (`@sigstore/*`) can, too. */
  readonly folder: string;
  readonly outfile: string;
}

/**
 * Bundles a module as it is, except that it reports each step to whoever listens, and can be made
 * to fail there.
 *
 * @returns the points of its own code, whether they are ever reached or not
 */
export async function buildFaulty({ entry, folder, outfile }: FaultyOptions): Promise<string[]> {
  const own: string[] = [];
  const resolveDir = join(PROJECT, folder);
  await build({
    ...{ absWorkingDir: PROJECT, bundle: true, platform: 'node', format: 'esm', target: 'es2024' },
    ...{ stdin: { contents: entry, resolveDir, loader: 'ts' }, outfile, logLevel: 'warning' },
    banner: { js: BANNER },
    plugins: [
      {
        name: 'faults',
        setup({ onLoad }) {
          onLoad({ filter: /\.[jt]s$/ }, ({ path }) => {
            const isOwn = path.startsWith(`${resolveDir}/`);
            if (!isOwn && !path.startsWith(LIBRARIES)) return undefined;
            const file = relative(isOwn ? resolveDir : LIBRARIES, path);
            const { code, points } = withPoints(readFileSync(path, 'utf8'), file, isOwn);
            if (isOwn) own.push(...points);
            return { contents: code, loader: path.endsWith('.ts') ? 'ts' : 'js' };
          });
        },
      },
    ],
  });
  return own;
}

const LISTENER = 'tagwarden.faults';

const BANNER = `import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
function __reached(point) { globalThis[Symbol.for('${LISTENER}')]?.(point); }`;

type Listener = (point: string) => void;

/** Runs something that was built so, and has the listener hear of each point that is reached. */
export async function listening<T>(listener: Listener, run: () => Promise<T>): Promise<T> {
  const listeners = globalThis as unknown as Record<symbol, Listener | undefined>;
  listeners[Symbol.for(LISTENER)] = listener;
  try {
    return await run();
  } finally {
    delete listeners[Symbol.for(LISTENER)];
  }
}
