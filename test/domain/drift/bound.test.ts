import { describe, expect, it } from '@jest/globals';
import { MINUTE } from '../../../lambda/domain/time.ts';
import { digest, facts, POLICY, present, verification, Watcher } from './scenario.ts';

const long = 'x'.repeat(5000);
const signers = Array.from({ length: 50 }, (_, index) => ({
  id: `${index}${long}`,
  label: `${index}😀${long}`,
  issuer: long,
}));

describe('when a certificate is longer than anything honest', () => {
  const hostile = () => verification('verified', { signers, detail: long });

  it('remembers the first signers, shortened', () => {
    const watcher = new Watcher();
    watcher.see(0, present('a', hostile()));
    const record = watcher.remembered.verdicts[POLICY];
    expect(record?.signers).toHaveLength(5);
    for (const { id, label, issuer } of record?.signers ?? []) {
      expect(id.length).toBeLessThanOrEqual(100);
      expect([...label].length).toBeLessThanOrEqual(256);
      expect(issuer?.length).toBeLessThanOrEqual(256);
    }
  });

  it('remembers no detail where there is none', () => {
    const watcher = new Watcher();
    const { detail: _, ...found } = verification('verified');
    watcher.see(0, present('a', found));
    expect(watcher.remembered.verdicts[POLICY]).not.toHaveProperty('detail');
  });

  it('still knows the signer again', () => {
    const watcher = new Watcher();
    watcher.see(0, present('a', hostile()));
    const event = watcher.see(MINUTE, present('b', hostile()));
    expect(event?.changes.map(({ kind }) => kind)).toEqual(['tag.moved']);
  });
});

describe('when a state grows', () => {
  it('does without what no decision depends on', () => {
    const watcher = new Watcher({
      labels: Array.from({ length: 40 }, (_, n) => `label-${n}=${n}`),
    });
    const many = Array.from({ length: 300 }, (_, n) => [`linux/arch${n}`, digest(String(n))]);
    const manifest = facts('a', { platforms: Object.fromEntries(many) });
    for (const name of 'abcdefghi') {
      watcher.see(MINUTE, present(name, 'verified', { manifest }));
      expect(Buffer.byteLength(JSON.stringify(watcher.remembered))).toBeLessThanOrEqual(2048);
    }
    expect(watcher.remembered.recent.length).toBeGreaterThanOrEqual(4);
    expect(watcher.remembered.verdicts[POLICY]?.verdict).toBe('verified');
  });

  it('explains the next move again as soon as there is room', () => {
    const watcher = new Watcher();
    watcher.see(0, present('a', 'verified'));
    const { manifest: _, ...state } = watcher.remembered;
    watcher.state = state;
    watcher.see(MINUTE, present('a', undefined, { proven: false }));
    expect(watcher.decision.kind).toBe('nothing');
    watcher.see(MINUTE, present('a'));
    expect(watcher.remembered.manifest).toBeDefined();
  });

  it('is not written again and again for what does not fit', () => {
    const labels = Array.from({ length: 8 }, (_, n) => `${n}=${'x'.repeat(250)}`);
    const watcher = new Watcher({ labels });
    watcher.see(0, present('a', 'verified'));
    expect(watcher.remembered.manifest).toBeUndefined();
    watcher.see(MINUTE, present('a'));
    expect(watcher.decision.kind).toBe('nothing');
  });
});
