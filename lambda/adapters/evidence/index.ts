/**
 * Evidence: what a verdict rests on, byte for byte, so that it can be reached again without the
 * registry. The verifier is the ordinary one; only its registry is recorded, and replayed.
 */
export type { Case, EvidenceDocument, Question } from './document.ts';
export { EvidenceError, type EvidenceErrorCode } from './errors.ts';
export { type Evidence, readEvidence, requireEmpty, writeEvidence } from './folder.ts';
export { Recorder } from './recorder.ts';
export { replayedRegistry } from './replay.ts';
