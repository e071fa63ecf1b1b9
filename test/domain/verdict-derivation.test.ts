import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CandidateOutcome } from '../../lambda/domain/verdict.ts';
import {
  type AttestationOutcome,
  type AttestedEvidence,
  deriveAttested,
  deriveVerdict,
  type VerdictEvidence,
} from '../../lambda/domain/verdict-derivation.ts';

const NOTHING: VerdictEvidence = {
  discoveryComplete: true,
  outcomes: [],
  attestationsOnly: false,
  attestations: [],
};

type Row = [what: string, changes: Partial<VerdictEvidence>, verdict: string, reason?: string];

const rows: Row[] = [
  ['nothing anywhere', {}, 'unsigned', 'no-signature'],
  ['attestations alone', { attestationsOnly: true }, 'unsigned', 'attestation-only'],
  ['a match', { outcomes: ['match'] }, 'verified'],
  ['a match among others', { outcomes: ['broken', 'other', 'unfetched', 'match'] }, 'verified'],
  ['a match, not all seen', { outcomes: ['match'], discoveryComplete: false }, 'verified'],
  ['not all seen', { discoveryComplete: false }, 'inconclusive', 'discovery-incomplete'],
  ['one not read', { outcomes: ['unfetched'] }, 'inconclusive', 'candidate-unfetched'],
  [
    'a broken one and one not read',
    { outcomes: ['broken', 'unfetched'] },
    'inconclusive',
    'candidate-unfetched',
  ],
  ['a broken one', { outcomes: ['broken'] }, 'rejected', 'broken-signature'],
  [
    'a broken one and a stranger',
    { outcomes: ['other', 'broken'] },
    'rejected',
    'broken-signature',
  ],
  ['a stranger', { outcomes: ['other'] }, 'rejected', 'other-signer'],
  [
    'a stranger and attestations',
    { outcomes: ['other'], attestationsOnly: true },
    'rejected',
    'other-signer',
  ],
  ['a match and all attested', { outcomes: ['match'], attestations: ['met', 'met'] }, 'verified'],
  [
    'a match, one not attested',
    { outcomes: ['match'], attestations: ['met', 'missing'] },
    'unsigned',
    'attestation-missing',
  ],
  [
    'a match, one refused',
    { outcomes: ['match'], attestations: ['missing', 'rejected'] },
    'rejected',
    'attestation-rejected',
  ],
  [
    'a match, one not read',
    { outcomes: ['match'], attestations: ['unknown', 'rejected'] },
    'inconclusive',
    'discovery-incomplete',
  ],
  [
    'attested and unsigned',
    { attestations: ['met'], attestationsOnly: true },
    'unsigned',
    'attestation-only',
  ],
];

describe('the verdict', () => {
  it.each(rows)('of %s', (...[, changes, verdict, reason]) => {
    const expected = reason === undefined ? { verdict } : { verdict, reason };
    expect(deriveVerdict({ ...NOTHING, ...changes })).toEqual(expected);
  });
});

const evidence: fc.Arbitrary<VerdictEvidence> = fc.record({
  discoveryComplete: fc.boolean(),
  outcomes: fc.array(fc.constantFrom<CandidateOutcome>('match', 'broken', 'other', 'unfetched')),
  attestationsOnly: fc.boolean(),
  attestations: fc.array(
    fc.constantFrom<AttestationOutcome>('met', 'missing', 'rejected', 'unknown'),
  ),
});

describe('whatever was found', () => {
  it('is verified only with a match and every attestation met', () => {
    fc.assert(
      fc.property(evidence, (given) => {
        const proven =
          given.outcomes.includes('match') && given.attestations.every((one) => one === 'met');
        expect(deriveVerdict(given).verdict === 'verified').toBe(proven);
      }),
    );
  });

  it('is never unsigned or rejected while a signature may not have been read', () => {
    fc.assert(
      fc.property(evidence, (given) => {
        fc.pre(!given.outcomes.includes('match'));
        fc.pre(!given.discoveryComplete || given.outcomes.includes('unfetched'));
        expect(deriveVerdict(given).verdict).toBe('inconclusive');
      }),
    );
  });

  it('is never inconclusive when everything was read', () => {
    fc.assert(
      fc.property(evidence, (given) => {
        const read = {
          ...given,
          discoveryComplete: true,
          outcomes: given.outcomes.filter((outcome) => outcome !== 'unfetched'),
          attestations: given.attestations.filter((outcome) => outcome !== 'unknown'),
        };
        expect(deriveVerdict(read).verdict).not.toBe('inconclusive');
      }),
    );
  });

  it('does not depend on the order of candidates', () => {
    fc.assert(
      fc.property(evidence, (given) => {
        const reversed = { ...given, outcomes: given.outcomes.toReversed() };
        expect(deriveVerdict(reversed)).toEqual(deriveVerdict(given));
      }),
    );
  });
});

describe('deriveAttested', () => {
  const NONE: AttestedEvidence = { discoveryComplete: true, outcomes: [], aborted: false };
  const rejected = { verdict: 'rejected', reason: 'attestation-rejected' };

  it.each<[what: string, changes: Partial<AttestedEvidence>, verdict: string, reason?: string]>([
    ['none of the type', {}, 'unsigned', 'attestation-missing'],
    ['a match', { outcomes: ['other', 'broken', 'unfetched', 'match'] }, 'verified'],
    ['a match, not all seen', { outcomes: ['match'], discoveryComplete: false }, 'verified'],
    ['one not read', { outcomes: ['broken', 'unfetched'] }, 'inconclusive', 'candidate-unfetched'],
    [
      'not all seen',
      { outcomes: ['broken'], discoveryComplete: false },
      'inconclusive',
      'discovery-incomplete',
    ],
    ['a broken one', { outcomes: ['other', 'broken'] }, 'rejected', 'attestation-rejected'],
    ['a stranger', { outcomes: ['other'] }, 'rejected', 'other-signer'],
  ])('of %s', (...[, changes, verdict, reason]) => {
    const expected = { verdict, ...(reason && { reason }) };
    expect(deriveAttested({ ...NONE, ...changes })).toEqual(expected);
  });

  it('is never verified where cosign gives up', () => {
    expect(deriveAttested({ ...NONE, outcomes: ['match'], aborted: true })).toEqual(rejected);
  });
});
