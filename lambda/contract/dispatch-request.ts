/**
 * What the command line asks of the deployed dispatch function. Everything else that invokes it is
 * a tick.
 */
export type DispatchRequest = ScanRequest | TestAlertRequest | AcknowledgeRequest;

/** SELECT, as the command line parsed it. */
export interface SelectionRequest {
  readonly patterns?: readonly string[];
  readonly labels?: readonly string[];
  readonly registry?: string;
  readonly verdict?: string;
  readonly minSeverity?: string;
  readonly inconclusive?: boolean;
}

/** Check these tags now. Asked again with the lanes that were busy or have more, until there are none. */
export interface ScanRequest {
  readonly v: 1;
  readonly kind: 'scan';
  readonly selection: SelectionRequest;
  /** @default every lane that the selection may be about */
  readonly lanes?: readonly LaneRequest[];
}

export interface LaneRequest {
  readonly lane: string;
  /** Of the answer before. */
  readonly resumeAt?: string;
}

/** Send an alert that says it is a test. */
export interface TestAlertRequest {
  readonly v: 1;
  readonly kind: 'test-alert';
  /** Made by whoever asks: asking twice with the same one sends one. */
  readonly id: string;
  readonly severity: string;
  readonly labels: readonly string[];
}

/** What this event is about is fine. */
export interface AcknowledgeRequest {
  readonly v: 1;
  readonly kind: 'acknowledge';
  /** Made by whoever asks, and found again in the event that comes of it. */
  readonly id: string;
  readonly subject: string;
  readonly seq: number;
  readonly reason: string;
}

/** What became of the request in one lane; lanes with nothing selected are left out. */
export interface LaneAnswer {
  readonly lane: string;
  /**
   * `busy`: a round is under way, or what is due goes first; `throttled`: the registry asked for
   * silence, until `until`; `failed`: see the function's log.
   */
  readonly state: 'sent' | 'busy' | 'throttled' | 'failed';
  readonly jobs: number;
  /** There is more, behind this. */
  readonly resumeAt?: string;
  readonly until?: string;
}

export interface ScanAnswer {
  readonly v: 1;
  readonly ok: true;
  readonly kind: 'scan';
  /** Of the run that the jobs belong to; present when there are any. */
  readonly tick?: string;
  readonly jobs: number;
  readonly lanes: readonly LaneAnswer[];
}

/** It is in the queue. */
export interface SentAnswer {
  readonly v: 1;
  readonly ok: true;
  readonly kind: Exclude<DispatchRequest['kind'], 'scan'>;
}

/** Not what was expected; nothing was done. */
export interface RefusedAnswer {
  readonly v: 1;
  readonly ok: false;
  readonly problem: string;
}

export type DispatchAnswer = ScanAnswer | SentAnswer | RefusedAnswer;

/** Whether a payload wants to be a request, be it a malformed one: it must not be taken for a tick. */
export function isDispatchRequest(payload: unknown): boolean {
  return typeof payload === 'object' && payload !== null && 'v' in payload && 'kind' in payload;
}
