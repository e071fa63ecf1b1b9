import type { Answer, Headers, SeenRequest } from './exchange.ts';

/** What goes wrong with the answers to some requests. Everything given is applied, in the order of this type. */
export interface Fault {
  readonly method?: string;
  /** Matched against the path without the query; every path when absent. */
  readonly path?: RegExp | string;
  readonly when?: (request: SeenRequest) => boolean;
  /** How often; always when absent. */
  readonly times?: number;

  /** Another answer instead of the registry's own; undefined keeps that one. */
  readonly answer?:
    | Partial<Answer>
    | ((request: SeenRequest, own: Answer) => Partial<Answer> | undefined);
  readonly status?: number;
  /** Replaces headers; undefined removes one. */
  readonly headers?: Readonly<Record<string, Headers[string] | undefined>>;
  readonly body?: Uint8Array | string;

  /** Milliseconds before the first byte. */
  readonly delay?: number;
  /** Says nothing at all until the registry closes. */
  readonly hang?: boolean;
  /** Milliseconds between one byte of the body and the next. */
  readonly drip?: number;
  /** Ends the connection after that many bytes of the body, though more were announced. */
  readonly cut?: number;
  /** Does not announce the length of the body. */
  readonly chunked?: boolean;
  /** Bytes written to the socket instead of an HTTP answer. */
  readonly raw?: string;
}

export type Transmission = Pick<Fault, 'delay' | 'hang' | 'drip' | 'cut' | 'chunked' | 'raw'>;

/** The faults that are set now. */
export class Faults {
  readonly #active: { fault: Fault; left: number }[] = [];

  /** @returns what removes it again */
  add(fault: Fault): () => void {
    return this.#set(fault, (entry) => this.#active.push(entry));
  }

  /** Goes before those that are set already. */
  first(fault: Fault): () => void {
    return this.#set(fault, (entry) => this.#active.unshift(entry));
  }

  #set(fault: Fault, put: (entry: { fault: Fault; left: number }) => void): () => void {
    const entry = { fault, left: fault.times ?? Number.POSITIVE_INFINITY };
    put(entry);
    return () => {
      entry.left = 0;
    };
  }

  /** The first one that matches, counted as used. */
  take(request: SeenRequest): Fault | undefined {
    const entry = this.#active.find(({ fault, left }) => left > 0 && matches(fault, request));
    if (entry !== undefined) entry.left -= 1;
    return entry?.fault;
  }
}

function matches(fault: Fault, request: SeenRequest): boolean {
  const { method, path, when } = fault;
  if (method !== undefined && method !== request.method) return false;
  if (typeof path === 'string' && path !== request.path) return false;
  if (path instanceof RegExp && !path.test(request.path)) return false;
  return when?.(request) ?? true;
}

export function spoil(own: Answer, fault: Fault, request: SeenRequest): Answer {
  const given = typeof fault.answer === 'function' ? fault.answer(request, own) : fault.answer;
  const answer = { ...own, ...given };
  const headers: Record<string, Headers[string]> = { ...answer.headers };
  for (const [name, value] of Object.entries(fault.headers ?? {})) {
    if (value === undefined) delete headers[name];
    else headers[name] = value;
  }
  const body = fault.body ?? answer.body;
  return {
    status: fault.status ?? answer.status,
    headers,
    ...(body === undefined ? {} : { body }),
  };
}
