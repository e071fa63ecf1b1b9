/** A host of the world outside, as the deployed functions see it. */
export interface Host {
  readonly name: string;
  /** What the name resolves to. */
  readonly address: string;
  /** As in references. */
  readonly port: number;
  /** The port on loopback where it really listens. */
  readonly to: number;
}

/** Variables that tell a function of the emulator where the table of hosts is, and where to sign in. */
export const NETWORK_FILE = 'E2E_NETWORK_FILE';
export const FUNCTIONS_FOLDER = 'E2E_FUNCTIONS_FOLDER';
