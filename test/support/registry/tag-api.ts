import type { TagApi, TagApiKind } from '../../../lambda/adapters/registry/tag-api.ts';
import { type Answer, json, type SeenRequest } from './exchange.ts';
import type { RegistryDouble } from './server.ts';

export interface TagApiDouble extends TagApi {
  /** What it says instead of what the registry has. */
  readonly lies: Map<string, string | null>;
  /** Queries so far. */
  readonly pages: string[];
}

const PATHS: Record<TagApiKind, RegExp> = {
  hub: /^\/v2\/repositories\/(?<name>.+)\/tags$/,
  quay: /^\/api\/v1\/repository\/(?<name>.+)\/tag\/$/,
};

/** Serves the tags of a registry in the way of Docker Hub's or of Quay's own API, from the same address. */
export function serveTagApi(registry: RegistryDouble, kind: TagApiKind): TagApiDouble {
  const double: TagApiDouble = {
    kind,
    origin: `http://${registry.host}`,
    lies: new Map(),
    pages: [],
  };
  const answer = (request: SeenRequest): Answer => {
    double.pages.push(request.query.toString());
    const name = PATHS[kind].exec(request.path)?.groups?.name ?? '';
    const all = [...registry.store.repository(name).tags].map(([tag, digest]) => {
      const lie = double.lies.get(tag);
      return { name: tag, digest: lie === undefined ? digest : lie };
    });
    return kind === 'hub' ? hubPage(all, request.query) : quayPage(all, request.query);
  };
  registry.faults.add({ path: PATHS[kind], answer });
  return double;
}

type Row = { readonly name: string; readonly digest: string | null };

/** `next` is a URL or null; `digest` is null for what was never pushed whole. */
function hubPage(all: readonly Row[], query: URLSearchParams): Answer {
  const { rows, more } = pageOf(all, Number(query.get('page_size') ?? 10), query);
  const next = more ? 'https://hub.docker.com/v2/repositories/next' : null;
  return json(200, { count: all.length, next, previous: null, results: rows });
}

function quayPage(all: readonly Row[], query: URLSearchParams): Answer {
  const { rows, page, more } = pageOf(all, Number(query.get('limit') ?? 50), query);
  const tags = rows.map(({ name, digest }) => ({ name, manifest_digest: digest }));
  return json(200, { tags, page, has_additional: more });
}

function pageOf(all: readonly Row[], size: number, query: URLSearchParams) {
  const page = Number(query.get('page') ?? 1);
  const rows = all.slice((page - 1) * size, page * size);
  return { rows, page, more: page * size < all.length };
}
