import { TagwardenError } from '../../domain/errors.ts';

export type EvidenceErrorCode =
  /** There is something where the evidence should be written. */
  | 'EVIDENCE_EXISTS'
  /** It is not what its root hash stands for: changed, incomplete, or with something added. */
  | 'NOT_EVIDENCE'
  /** More than is kept or read. */
  | 'EVIDENCE_TOO_LARGE'
  /** The registry repeated a credential, so that the evidence would be one. */
  | 'EVIDENCE_SECRET'
  /** There is none, or it cannot be read or written. */
  | 'EVIDENCE_UNREADABLE';

/** Raised for a folder of evidence that must not be relied on, or cannot be made. */
export class EvidenceError extends TagwardenError<EvidenceErrorCode> {
  constructor(code: EvidenceErrorCode, message: string, cause?: unknown) {
    super(code, message, { cause });
  }
}
