import type { Denied } from '../../application/ports.ts';
import { judge } from './answers.ts';
import { discard } from './body.ts';
import { NO_REPOSITORY } from './door.ts';
import { RegistryError } from './errors.ts';
import { type Ask, asked, type Requester } from './requester.ts';
import type { Site } from './site.ts';

/** `open`: the registry asked for no login, so that nothing is known of the credential. */
export type LoginAnswer = { readonly kind: 'accepted' } | { readonly kind: 'open' } | Denied;

/** distribution-spec, "Determining Support": the one request that is about no repository. */
export function loginAsk(site: Site): Ask {
  return {
    site,
    repository: NO_REPOSITORY,
    method: 'GET',
    path: '/v2/',
    what: 'the registry itself',
    accept: 'application/json',
    leave: false,
  };
}

export async function logIn(
  requester: Requester,
  ask: Ask,
  signal: AbortSignal,
): Promise<LoginAnswer> {
  const reply = await requester.send(ask, signal);
  if (reply.kind === 'denied') return reply;
  if (reply.status === 200) {
    await discard(reply.body);
    return { kind: reply.secrets.length > 0 ? 'accepted' : 'open' };
  }
  const judged = await judge(requester, ask, reply);
  if (judged.kind === 'denied') return judged;
  throw new RegistryError('NOT_OCI', `${asked(ask)}: ${judged.detail}`);
}
