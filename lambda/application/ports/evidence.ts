/** What a registry answered, kept as evidence. */

/**
 * One answer of a registry as it came, without anything that opens a door: no credentials, no
 * cookies, no queries, only headers that say something about the content.
 */
export interface Exchange {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** What was read of the body so far; undefined when nothing was. */
  body(): Uint8Array | undefined;
  /** The body has a credential in it that was sent: nothing that came of it may be kept. */
  repeatsCredential(): boolean;
}

/** Told of every answer of a registry, before its body is read. */
export type OnExchange = (exchange: Exchange) => void;
