/** Where alerts go. */
import type { AlertMessage } from '../../domain/alert/message.ts';

export interface Publisher {
  /** Resolves when the channel has taken it. @throws {PublishRefused} when it never will; anything else is tried again. */
  publish(message: AlertMessage): Promise<void>;
}

/** The channel refuses this very message for good (too long, malformed): trying again is pointless. */
export class PublishRefused extends Error {
  override name = 'PublishRefused';
}
