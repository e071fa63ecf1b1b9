import { describe, expect, it } from '@jest/globals';
import { listedByApi } from '../../../lambda/domain/drift.ts';
import { MINUTE } from '../../../lambda/domain/time.ts';
import type { Verification } from '../../../lambda/domain/verdict.ts';
import { OTHER_POLICY, POLICY, present, verification, Watcher } from './scenario.ts';

const api: Partial<Verification> = { referrers: 'api' };

function seeing(found?: Verification): Watcher {
  const watcher = new Watcher();
  watcher.see(0, present('one', found));
  return watcher;
}

describe('that the referrers API listed the signatures of a tag', () => {
  it.each(['verified', 'unsigned', 'other-signer', 'inconclusive'] as const)(
    'is remembered with a verdict: %s',
    (kind) => {
      expect(listedByApi(seeing(verification(kind, api)).remembered)).toBe(true);
      expect(listedByApi(seeing(verification(kind)).remembered)).toBe(false);
      const byTag = verification(kind, { referrers: 'tag' });
      expect(listedByApi(seeing(byTag).remembered)).toBe(false);
    },
  );

  it('outlives a move to an image that could not be looked at', () => {
    const watcher = seeing(verification('verified', api));
    watcher.see(MINUTE, present('two'));
    expect(watcher.remembered.verdicts[POLICY]).toMatchObject({ reason: 'not-verified-yet' });
    expect(listedByApi(watcher.remembered)).toBe(true);
  });

  it('outlives the time in which the tag is not there', () => {
    const watcher = seeing(verification('verified', api));
    watcher.see(MINUTE, { kind: 'absent', code: 'X', detail: '', canary: 'answered' });
    expect(listedByApi(watcher.remembered)).toBe(true);
  });

  it('is known whatever policy it was learnt under', () => {
    const watcher = new Watcher({ policy: OTHER_POLICY });
    watcher.see(0, present('one', verification('verified', { ...api, policy: OTHER_POLICY })));
    watcher.see(MINUTE, present('one', verification('unsigned')));
    expect(listedByApi(watcher.remembered)).toBe(true);
  });

  it('is given up once a signature is verified without it', () => {
    const watcher = seeing(verification('verified', api));
    watcher.see(MINUTE, present('one', verification('verified', { referrers: 'tag' })));
    expect(listedByApi(watcher.remembered)).toBe(false);
  });
});
