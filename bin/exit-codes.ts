/** What each exit code of the command line means; the contract with scripts (docs/cli.md). */
export const EXIT = {
  done: 0,
  /** The answer is "no": not matched, not verified, none found, different, an alert. */
  no: 1,
  /** As `cosign verify` on the same path. */
  noSignature: 10,
  tagNotFound: 11,
  noMatch: 12,
  usage: 64,
  invalidFile: 65,
  missingFile: 66,
  unavailable: 69,
  bug: 70,
  tryAgain: 75,
  denied: 77,
  /** 128 and the number of the signal: Ctrl-C, or the request of a service manager. */
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = number;

/** The table of the reference, in the words of a user. */
export const EXIT_MEANINGS: readonly (readonly [codes: string, meaning: string])[] = [
  ['0', 'done (`scan`: also with events); `verify`: verified'],
  [
    '1',
    '"no": not matched, not verified, none found, different (`--exit-code`), an alert (`scan --exit-code`)',
  ],
  [
    '10, 11, 12',
    '`verify`: as cosign on the same path: no signature, tag not found, none that matches; `verify-attestation` has only 1, as cosign',
  ],
  ['64', 'wrong usage: one line that says what was expected, then the usage'],
  ['65, 66', 'a file is invalid; a file is missing'],
  ['69', 'the store or the stack is not available'],
  ['70', 'a bug in Tagwarden, with how to report it'],
  ['75', 'inconclusive, try again: registry, network, trust root'],
  ['77', 'access denied'],
  ['130, 143', 'interrupted (SIGINT, SIGTERM)'],
];
