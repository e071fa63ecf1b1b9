/** The process itself: time, log, identifiers. */
import type { Duration, Timestamp } from '../../domain/time.ts';

export interface Clock {
  now(): Timestamp;
  /** Resolves after that much of this clock's time, or rejects with the signal's reason. */
  sleep(duration: Duration, signal?: AbortSignal): Promise<void>;
}

/** Structured, secret-free; one line per call. */
export interface Logger {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

export interface IdSource {
  /** Unguessable and unique. */
  newId(): string;
}
