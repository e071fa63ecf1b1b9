import {
  InvalidReferenceError,
  parseRegistry,
  parseTagKey,
  type TagKey,
} from '../domain/reference.ts';
import { SEVERITIES, type Severity } from '../domain/severity.ts';
import type { Verdict } from '../domain/verdict.ts';
import type { SelectedRequest } from './dispatch-selected.ts';
import type { AcknowledgeJob, TestAlert } from './ports.ts';
import type { Selection } from './select.ts';

/** A request of the command line, checked. */
export type Request = ({ readonly kind: 'scan' } & SelectedRequest) | SentRequest;

/** What is sent on to the queue. */
export type SentRequest = Omit<TestAlert, 'v' | 'sentAt'> | Omit<AcknowledgeJob, 'v' | 'sentAt'>;

export type ParsedRequest =
  | { readonly ok: true; readonly request: Request }
  | { readonly ok: false; readonly problem: string };

const VERDICTS: readonly Verdict[] = [
  'verified',
  'unsigned',
  'rejected',
  'inconclusive',
  'not-required',
];
/** Of a list; and of one text in it. */
const LIMIT = { texts: 200, length: 600 };
const LABEL = /^[^=]+=/;

/** Not what was expected; the message says what was. */
export class Problem extends Error {}

/** Whoever may invoke the function may send it anything: what is not understood is refused whole. */
export function parseRequest(payload: unknown): ParsedRequest {
  try {
    return { ok: true, request: requestOf(record(payload, 'the request')) };
  } catch (thrown) {
    if (thrown instanceof Problem || thrown instanceof InvalidReferenceError) {
      return { ok: false, problem: thrown.message };
    }
    throw thrown;
  }
}

function requestOf({ v, kind, ...rest }: Fields): Request {
  if (v !== 1) throw new Problem(`found a request of version ${shown(v)}, expected 1`);
  switch (kind) {
    case 'scan':
      return {
        kind,
        selection: selectionOf(record(rest.selection, 'selection')),
        ...lanesOf(rest),
      };
    case 'test-alert':
      return {
        kind,
        id: idOf(rest.id),
        severity: oneOf(rest.severity, 'severity', SEVERITIES),
        labels: texts(rest.labels, 'labels', LABEL),
      };
    case 'acknowledge':
      return {
        kind,
        id: idOf(rest.id),
        subject: tagKeyIn(rest.subject),
        seq: numberIn(rest.seq),
        reason: text(rest.reason, 'reason'),
      };
    default:
      throw new Problem(
        `found a request of kind ${shown(kind)}, expected scan, test-alert or acknowledge`,
      );
  }
}

type Fields = Readonly<Record<string, unknown>>;

/** SELECT, checked. @throws {Problem} and {InvalidReferenceError} */
export function selectionOf(fields: Fields): Selection {
  const { patterns, labels, registry, verdict, minSeverity, inconclusive, ...others } = fields;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new Problem(`found the unknown selection ${shown(unknown)}`);
  if (inconclusive !== undefined && typeof inconclusive !== 'boolean') {
    throw new Problem(`inconclusive: found ${shown(inconclusive)}, expected true or false`);
  }
  return {
    ...(patterns !== undefined && { patterns: texts(patterns, 'patterns') }),
    ...(labels !== undefined && { labels: texts(labels, 'labels', LABEL) }),
    ...(registry !== undefined && { registry: parseRegistry(text(registry, 'registry')) }),
    ...(verdict !== undefined && { verdict: oneOf(verdict, 'verdict', VERDICTS) }),
    ...(minSeverity !== undefined && {
      minSeverity: oneOf<Severity>(minSeverity, 'minSeverity', SEVERITIES),
    }),
    ...(inconclusive !== undefined && { inconclusive }),
  };
}

function lanesOf({ lanes }: Fields): Pick<SelectedRequest, 'lanes'> {
  if (lanes === undefined) return {};
  const wanted = list(lanes, 'lanes').map((entry) => {
    const { lane, resumeAt } = record(entry, 'a lane');
    return {
      lane: text(lane, 'lane'),
      ...(resumeAt !== undefined && { resumeAt: text(resumeAt, 'resumeAt') }),
    };
  });
  return { lanes: wanted };
}

function idOf(value: unknown): string {
  const id = text(value, 'id');
  if (/^[\da-f-]{8,64}$/.test(id)) return id;
  throw new Problem(`id: found ${shown(id)}, expected 8 to 64 of 0-9, a-f and "-"`);
}

function tagKeyIn(value: unknown): TagKey {
  const key = text(value, 'subject');
  parseTagKey(key);
  return key;
}

function numberIn(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  throw new Problem(`seq: found ${shown(value)}, expected the number of an event`);
}

function record(value: unknown, what: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new Problem(`${what}: found ${shown(value)}, expected an object`);
}

function list(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value) && value.length <= LIMIT.texts) return value;
  throw new Problem(`${what}: expected a list of at most ${LIMIT.texts}`);
}

function texts(value: unknown, what: string, pattern = /^/): readonly string[] {
  return list(value, what).map((entry) => {
    const found = text(entry, what);
    if (pattern.test(found)) return found;
    throw new Problem(`${what}: found ${shown(found)}, expected key=value`);
  });
}

function text(value: unknown, what: string): string {
  if (typeof value === 'string' && value !== '' && value.length <= LIMIT.length) return value;
  throw new Problem(
    `${what}: found ${shown(value)}, expected a text of 1 to ${LIMIT.length} characters`,
  );
}

function oneOf<T extends string>(value: unknown, what: string, known: readonly T[]): T {
  const found = known.find((each) => each === value);
  if (found !== undefined) return found;
  throw new Problem(`${what}: found ${shown(value)}, expected one of ${known.join(', ')}`);
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 100);
}
