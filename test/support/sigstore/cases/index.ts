import { AUTHORITY_CASES } from './authorities.ts';
import { FORM_CASES } from './bundle-forms.ts';
import type { Case } from './case.ts';
import { CERTIFICATE_CASES } from './certificates.ts';
import { CHECKPOINT_CASES } from './checkpoints.ts';
import { CONTENT_CASES } from './contents.ts';
import { LEAF_CASES } from './leaves.ts';
import { LEGACY_CERTIFICATE_CASES } from './legacy-certificates.ts';
import { LEGACY_ENTRY_CASES } from './legacy-entries.ts';
import { LEGACY_CASES, MIXED_CASES } from './legacy-layers.ts';
import { LOG_CASES } from './log-entries.ts';
import { NAME_CASES } from './names.ts';
import { TIME_CASES } from './times.ts';
import { UNKNOWN_LOG_CASES } from './unknown-logs.ts';

export type { Case, Terms } from './case.ts';
export { KEYLESS } from './case.ts';

/** States of a registry, good and bad, with what the real cosign 3.1.3 and Tagwarden say of each. */
export const CASES: Readonly<Record<string, readonly Case[]>> = {
  certificates: CERTIFICATE_CASES,
  names: NAME_CASES,
  leaves: LEAF_CASES,
  authorities: AUTHORITY_CASES,
  'log entries': LOG_CASES,
  checkpoints: CHECKPOINT_CASES,
  'unknown logs': UNKNOWN_LOG_CASES,
  'signing times': TIME_CASES,
  contents: CONTENT_CASES,
  'forms of bundles': FORM_CASES,
  'legacy log entries': LEGACY_ENTRY_CASES,
  'legacy layers': LEGACY_CASES,
  'legacy certificates': LEGACY_CERTIFICATE_CASES,
  'both formats': MIXED_CASES,
};
