/**
 * How handlers become what Lambda runs, in esbuild's words: for the stack, which deploys them, and for
 * the test that measures them.
 */
export const BUNDLE = {
  target: 'node24',
  format: 'esm',
  minify: true,
  mainFields: ['module', 'main'],
  /** What is imported where it is needed stays out of cold starts. */
  splitting: true,
  legalComments: 'none',
  /** Of undici's two builds of its parser the other is always taken: every Node 24 has SIMD. */
  external: ['*/llhttp-wasm.js'],
  /** Packages by files of ours, below the project's root, that say why. */
  alias: {
    '@aws-sdk/credential-provider-node': './lambda/adapters/runtime/function-credentials.ts',
    '@aws-sdk/endpoint-cache': './lambda/adapters/runtime/no-endpoint-cache.ts',
  },
  /** Packages in the older module system ask for Node's own modules by `require`. */
  banner:
    "import{createRequire as tagwardenRequire}from'node:module';const require=tagwardenRequire(import.meta.url);",
} as const;
