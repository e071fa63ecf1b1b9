/** Memory of the functions in MB: what the stack gives them, and what the estimate of costs reckons with. */
export const FUNCTION_MEMORY = {
  /** The goal for a million watches. */
  dispatch: 512,
  /** It waits for registries most of the time, and every second of that is paid by its memory. */
  scan: 384,
  deliver: 256,
  history: 256,
  apply: 1024,
  refreshTrust: 512,
} as const;
