/**
 * How a handler becomes the one file that Lambda runs, in esbuild's words: for the stack, which
 * deploys it, and for the test that measures it.
 */
export const BUNDLE = {
  target: 'node24',
  format: 'esm',
  minify: true,
  /** Errors are told apart by the names of their classes. */
  keepNames: true,
  mainFields: ['module', 'main'],
  /** Nothing is left out: the SDK of the Lambda runtime changes under us, and costs more to load. */
  external: [] as readonly string[],
  /** Packages in the older module system ask for Node's own modules by `require`. */
  banner:
    "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
} as const;
