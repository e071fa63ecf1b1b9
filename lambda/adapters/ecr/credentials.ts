import { type ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import {
  type ECRPUBLICClient,
  GetAuthorizationTokenCommand as GetPublicTokenCommand,
} from '@aws-sdk/client-ecr-public';
import { Aged, type Loaded } from '../../application/aged.ts';
import type { Clock, Credential, Credentials, Logger } from '../../application/ports.ts';
import { messageOf } from '../../domain/errors.ts';
import { type Duration, MINUTE, plus, SECOND, timestampOf } from '../../domain/time.ts';
import { ECR_PUBLIC, parseEcrHost } from './host.ts';

export interface EcrOptions {
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Logger;
  readonly clientOf: (region: string) => ECRClient;
  /** Of us-east-1: ECR Public gives out tokens nowhere else. */
  readonly publicClient: () => ECRPUBLICClient;
}

/** Before its 12 hours are over, so that no check begins with a token that ends under way. */
const EARLY: Duration = 15 * MINUTE;
/** GetAuthorizationToken takes 20 requests a second from a whole account. */
const RETRY_AFTER: Duration = 30 * SECOND;
/** A role that may not log in to ECR Public reads it anonymously, and looks again after this time. */
const ANONYMOUS: Duration = 10 * MINUTE;

/** The part of both services' AuthorizationData that counts. */
interface Authorization {
  readonly authorizationToken?: string | undefined;
  readonly expiresAt?: Date | undefined;
}

/**
 * Logs in to ECR with the role of this process. One token serves every registry of a region that the
 * role may read, whatever its account (API reference, GetAuthorizationToken), so that there is one
 * request a region in twelve hours.
 */
export function createEcrCredentials(options: EcrOptions): Credentials {
  const regions = new Map<string, Aged<Credential>>();
  const ofPublic = new Aged<Credential | undefined>({
    ...{ clock: options.clock, retryAfter: RETRY_AFTER },
    load: () => publicToken(options),
  });
  return {
    find(registry) {
      if (registry === ECR_PUBLIC) return ofPublic.get();
      const host = parseEcrHost(registry);
      if (host === undefined) return undefined;
      const { region } = host;
      const known = regions.get(region) ?? tokenOf(options, region);
      regions.set(region, known);
      return known.get();
    },
  };
}

function tokenOf({ clock, clientOf }: EcrOptions, region: string): Aged<Credential> {
  return new Aged({
    ...{ clock, retryAfter: RETRY_AFTER },
    load: async () => {
      try {
        const { authorizationData } = await clientOf(region).send(
          new GetAuthorizationTokenCommand({}),
        );
        return loaded(authorizationData?.[0]);
      } catch (thrown) {
        throw new Error(`no token of ECR in ${region}: ${messageOf(thrown)}`, { cause: thrown });
      }
    },
  });
}

async function publicToken({ clock, log, publicClient }: EcrOptions) {
  try {
    const { authorizationData } = await publicClient().send(new GetPublicTokenCommand({}));
    return loaded(authorizationData);
  } catch (thrown) {
    if (!(thrown instanceof Error && /AccessDenied/.test(thrown.name))) throw thrown;
    log.warn('ECR Public is read anonymously', { why: messageOf(thrown) });
    return { value: undefined, until: plus(clock.now(), ANONYMOUS) };
  }
}

/** `user:password` in base64; the password may have colons. */
function loaded(authorization: Authorization | undefined): Loaded<Credential> {
  const { authorizationToken = '', expiresAt } = authorization ?? {};
  const text = Buffer.from(authorizationToken, 'base64').toString();
  const [, username, password] = /^([^:]+):(.+)$/s.exec(text) ?? [];
  if (username === undefined || password === undefined || expiresAt === undefined) {
    // Never the answer itself: it may have the token in it.
    throw new Error('the answer has no token, or does not say until when it is good');
  }
  const until = plus(timestampOf(expiresAt.getTime()), -EARLY);
  return { value: { kind: 'password', username, password }, until };
}
