import type { IncomingHttpHeaders } from 'node:http';
import type { Exchange, OnExchange } from '../../application/ports.ts';
import type { WireBody } from './http.ts';
import type { Reply } from './requester.ts';

/** About the content and who served it; nothing else is kept: `set-cookie`, challenges, traces. */
const KEPT = [
  'content-type',
  'content-length',
  'content-encoding',
  'docker-content-digest',
  'docker-distribution-api-version',
  'oci-filters-applied',
  'oci-subject',
  'etag',
  'last-modified',
  'date',
  'server',
  'link',
  'location',
  'retry-after',
  'ratelimit-limit',
  'ratelimit-remaining',
] as const;

/** Storage and some registries sign access into queries. */
const WITH_QUERY: readonly string[] = ['link', 'location'];

/** Tells of an answer, and of its body as far as somebody reads it. */
export function overhear(method: string, reply: Reply, tell: OnExchange): Reply {
  const { status, headers, place } = reply;
  const secrets = hiddenOf(reply.secrets);
  const chunks: Uint8Array[] = [];
  const exchange: Exchange = {
    method,
    url: withoutQuery(place.site.origin + place.path),
    status,
    headers: keptOf(headers, secrets),
    body: () => (chunks.length === 0 ? undefined : Buffer.concat(chunks)),
    repeatsCredential: () => {
      const body = Buffer.concat(chunks);
      return secrets.some((secret) => body.includes(secret));
    },
  };
  tell(exchange);
  listenTo(reply.body, (chunk) => void chunks.push(chunk));
  return reply;
}

/** What follows the scheme of a header as well; of what is shorter, its absence would rather tell it. */
function hiddenOf(secrets: readonly string[]): string[] {
  return secrets
    .flatMap((secret) => [secret, secret.slice(secret.indexOf(' ') + 1)])
    .filter(({ length }) => length >= 6);
}

function keptOf(
  headers: IncomingHttpHeaders,
  secrets: readonly string[],
): Readonly<Record<string, string>> {
  const kept: Record<string, string> = {};
  for (const name of KEPT) {
    const value = [headers[name] ?? []].flat().join(', ');
    // Attack: a registry that repeats the credentials it was given.
    if (value === '' || secrets.some((secret) => value.includes(secret))) continue;
    kept[name] = WITH_QUERY.includes(name) ? withoutQuery(value) : value;
  }
  return kept;
}

function withoutQuery(text: string): string {
  return text.replace(/\?[^>\s,;]*/g, '?…');
}

/** Whoever reads the body reads it as before. */
function listenTo(body: WireBody, hear: (chunk: Uint8Array) => void): void {
  const iterate: () => AsyncIterator<Uint8Array> = body[Symbol.asyncIterator].bind(body);
  Object.defineProperty(body, Symbol.asyncIterator, {
    value: async function* () {
      for await (const chunk of { [Symbol.asyncIterator]: iterate }) {
        hear(chunk);
        yield chunk;
      }
    },
  });
}
