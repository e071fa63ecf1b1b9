import { respellProtoBytes } from './base64.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';
import { Refusal, refusing } from './refusal.ts';

/** The shape of a protobuf message in its JSON form, as far as a bundle uses it. */
export type Shape =
  | { readonly kind: 'text' | 'bytes' | 'integer' | 'time' | 'struct' }
  | { readonly kind: 'enum'; readonly read: (name: string) => unknown }
  | { readonly kind: 'list'; readonly of: Shape; readonly max?: number }
  | { readonly kind: 'map'; readonly of: Shape; readonly max?: number }
  | { readonly kind: 'message'; readonly fields: Readonly<Record<string, Shape>> };

export const text: Shape = { kind: 'text' };
export const bytes: Shape = { kind: 'bytes' };
export const integer: Shape = { kind: 'integer' };
export const timestamp: Shape = { kind: 'time' };
/** google.protobuf.Struct: any object. */
export const struct: Shape = { kind: 'struct' };

/** @param read throws for a name that there is not */
export function enumeration(read: (name: string) => unknown): Shape {
  return { kind: 'enum', read };
}

export function list(of: Shape, max?: number): Shape {
  return max === undefined ? { kind: 'list', of } : { kind: 'list', of, max };
}

export function map(of: Shape, max?: number): Shape {
  return max === undefined ? { kind: 'map', of } : { kind: 'map', of, max };
}

export function message(fields: Readonly<Record<string, Shape>>): Shape {
  return { kind: 'message', fields };
}

/**
 * Accepts what Go's protojson accepts and nothing else, in one canonical form: padded base64,
 * integers as text. (It also reads names in snake_case, which no signer writes: refused here.)
 *
 * The library's decoder ignores unknown fields and junk in base64; whatever cosign refuses and we
 * accept (or read differently) is a way to show two verifiers two documents.
 *
 * @throws {Refusal}
 */
export function normalize(value: Json, shape: Shape, path: string): Json {
  switch (shape.kind) {
    case 'text':
      if (typeof value !== 'string') throw unexpected(path, 'a string', value);
      return value;
    case 'bytes':
      if (typeof value !== 'string') throw unexpected(path, 'base64', value);
      return respellProtoBytes(value, path);
    case 'integer':
      return normalizeInteger(value, path);
    case 'enum':
      return normalizeEnum(value, shape.read, path);
    case 'time':
      if (typeof value !== 'string' || !isTime(value)) throw unexpected(path, 'a time', value);
      return value;
    case 'struct':
      if (!isJsonObject(value)) throw unexpected(path, 'an object', value);
      requireNumbers(value, path);
      return value;
    case 'list':
      return normalizeList(value, shape, path);
    case 'map':
      return normalizeMap(value, shape, path);
    case 'message':
      return normalizeMessage(value, shape.fields, path);
  }
}

/** JSON has no infinity: `1e999` is one to us and no number to Go. */
function requireNumbers(value: Json, path: string): void {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new Refusal(`${path} has a number that is too large`);
  }
  if (typeof value !== 'object' || value === null) return;
  for (const inner of Object.values(value)) requireNumbers(inner, path);
}

function normalizeInteger(value: Json, path: string): string {
  if (typeof value === 'string' && /^(?:0|-?[1-9]\d{0,18})$/.test(value)) return value;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  throw unexpected(path, 'an integer', value);
}

/** Any number may be of a later version; a name that is unknown is no value. */
function normalizeEnum(value: Json, read: (name: string) => unknown, path: string): Json {
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  if (typeof value !== 'string') throw unexpected(path, 'an enum value', value);
  refusing(path, () => read(value));
  return value;
}

/** google.protobuf.Timestamp: RFC 3339. JavaScript takes 31 February for 3 March. */
function isTime(text: string): boolean {
  const [, seconds] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,9})?Z$/.exec(text) ?? [];
  const time = new Date(`${seconds}Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString() === `${seconds}.000Z`;
}

function normalizeList(value: Json, shape: { of: Shape; max?: number }, path: string): Json[] {
  if (!Array.isArray(value)) throw unexpected(path, 'a list', value);
  bound(value.length, shape.max, path);
  return value.map((item: Json, index) => normalize(item, shape.of, `${path}[${index}]`));
}

function normalizeMap(value: Json, shape: { of: Shape; max?: number }, path: string): JsonObject {
  if (!isJsonObject(value)) throw unexpected(path, 'an object', value);
  const entries = Object.entries(value);
  bound(entries.length, shape.max, path);
  return Object.fromEntries(
    entries.map(([key, item]) => [key, normalize(item, shape.of, `${path}.${key}`)]),
  );
}

function normalizeMessage(
  value: Json,
  fields: Readonly<Record<string, Shape>>,
  path: string,
): JsonObject {
  if (!isJsonObject(value)) throw unexpected(path, 'an object', value);
  const entries = Object.entries(value).flatMap(([name, item]) => {
    const shape = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (shape === undefined) throw new Refusal(`${path} has the unknown field ${quote(name)}`);
    // protojson: null is an unset field.
    return item === null ? [] : [[name, normalize(item, shape, `${path}.${name}`)]];
  });
  return Object.fromEntries(entries);
}

function bound(length: number, max: number | undefined, path: string): void {
  // 1,000 timestamps in one bundle cost four seconds of CPU (GHSA-cq38-jh5f-37mq).
  if (max !== undefined && length > max) {
    throw new Refusal(`${path} has ${length} entries, at most ${max} are allowed`);
  }
}

function quote(name: string): string {
  return JSON.stringify(name.slice(0, 80));
}

function unexpected(path: string, expected: string, found: Json): Refusal {
  const kind = found === null ? 'null' : Array.isArray(found) ? 'a list' : typeof found;
  return new Refusal(`${path} is ${kind}, expected ${expected}`);
}
