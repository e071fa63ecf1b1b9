/** Where the user's AWS is; what is absent comes from the environment and the files of the AWS tools. */
export interface AwsAccess {
  readonly profile?: string;
  readonly region?: string;
}

/** Milliseconds: somebody waits in front of a terminal. */
const TIMEOUTS = { connectionTimeout: 5_000, requestTimeout: 90_000 };

/** Configuration of any client of the SDK. */
export function clientConfig({ profile, region }: AwsAccess) {
  return {
    ...(profile !== undefined && { profile }),
    ...(region !== undefined && { region }),
    maxAttempts: 3,
    requestHandler: TIMEOUTS,
  };
}
