import { type Change, type EventRecord, eventIdOf } from '../event.ts';
import type { Alarm, Grace, OpenAlarm, TagState } from '../state.ts';
import { laterOf, type Timestamp } from '../time.ts';
import type { DraftInput } from './input.ts';
import { SIGNATURE_ALARMS } from './judge.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** One decision in the making: the next state, the changes that explain it, the alarms it raises. */
export class Draft {
  readonly input: DraftInput;
  readonly before: TagState;
  readonly next: Writable<TagState>;
  /** Number of the event, if there is to be one. */
  readonly seq: number;
  /** Never earlier than the last event, whatever the clocks of two scanners say. */
  readonly at: Timestamp;
  readonly changes: Change[] = [];
  readonly raised = new Map<Alarm, Pick<OpenAlarm, 'kind'>>();
  readonly #resolved = new Set<number>();
  sightings: EventRecord['sightings'] = [];

  /** @param at when it is decided, or was observed */
  constructor(input: DraftInput, at: Timestamp) {
    this.input = input;
    this.before = input.state ?? blankState(input, at);
    this.next = { ...this.before, open: { ...this.before.open } };
    this.seq = this.before.seq + 1;
    this.at = laterOf(this.before.at, at);
  }

  change(change: Change): void {
    this.changes.push(change);
  }

  /** Opens an alarm; the same alarm of an earlier event is replaced by it. */
  raise(alarm: Alarm, kind?: Grace['kind']): void {
    this.raised.set(alarm, kind === undefined ? {} : { kind });
  }

  /** Removes an open alarm and says what closes it; `{}` when it is not open. */
  close(alarm: Alarm): Pick<Change, 'resolves'> {
    const open = this.next.open[alarm];
    if (open === undefined) return {};
    const { [alarm]: _, ...others } = this.next.open;
    this.next.open = others;
    return this.resolve(open.seq);
  }

  /**
   * `resolves` for a change. An event is closed once, and only when nothing of it is open any more:
   * neither another of its alarms nor a verdict that is awaited under it.
   */
  resolve(seq: number): Pick<Change, 'resolves'> {
    if (this.#resolved.has(seq) || this.#isHeld(seq)) return {};
    this.#resolved.add(seq);
    return { resolves: eventIdOf({ subject: this.input.tagKey, seq }) };
  }

  /** The one signature alarm that may be open on a tag: a newer one replaces it. */
  signatureAlarm(): { readonly alarm: Alarm; readonly open: OpenAlarm } | undefined {
    for (const alarm of SIGNATURE_ALARMS) {
      const open = this.next.open[alarm];
      if (open !== undefined) return { alarm, open };
    }
    return undefined;
  }

  #isHeld(seq: number): boolean {
    return (
      Object.values(this.next.open).some((open) => open.seq === seq) ||
      this.next.grace.some((grace) => grace.seq === seq && !isQuiet(grace))
    );
  }
}

/** A grace whose opening nobody was told of: there is no event to close when it ends well. */
export function isQuiet(grace: Grace): boolean {
  return grace.kind === 'policy.changed' || grace.kind === 'signature.lost';
}

function blankState({ tagKey, registry, repository, tag }: DraftInput, at: Timestamp): TagState {
  return {
    v: 1,
    tagKey,
    registry,
    repository,
    ...(tag === undefined ? {} : { tag }),
    seq: 0,
    rev: 0,
    at,
    presence: 'unknown',
    proven: false,
    verdicts: {},
    recent: [],
    grace: [],
    open: {},
    watches: [],
    labels: [],
  };
}
