import { describe, expect, it } from '@jest/globals';
import { boundState } from '../../../lambda/adapters/dynamodb/bound-state.ts';
import { AT, anEvent, aState, TAG_KEY } from '../../support/store/examples.ts';
import { startStore } from '../../support/store/index.ts';

const size = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
const platforms = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`linux/${i}`, 'a'.repeat(16)]));
const manifest = (count: number) => ({
  mediaType: 'application/vnd.oci.image.index.v1+json',
  platforms: platforms(count),
  attestations: '',
  annotations: '',
});
const long = 'x'.repeat(3000);
const verdict = { verdict: 'rejected', detail: long, at: AT, signers: [] } as const;

describe('boundState', () => {
  it('leaves a state of ordinary size as it is', () => {
    const state = aState({ manifest: manifest(20) });
    expect(boundState(state)).toBe(state);
  });

  it('cuts explanations short, and nothing else', () => {
    const failing = { since: AT, reason: 'timeout', detail: long };
    const state = aState({ verdicts: { p: verdict }, failing, manifest: manifest(20) });
    const bounded = boundState(state);
    expect(size(bounded)).toBeLessThan(2048);
    expect(bounded).toEqual({
      ...state,
      verdicts: { p: { ...verdict, detail: expect.stringMatching(/^x{159}…$/) } },
      failing: { ...failing, detail: expect.stringMatching(/^x{159}…$/) },
    });
  });

  it('drops the fingerprint of a manifest with absurdly many platforms', () => {
    const state = aState({ manifest: manifest(5000) });
    const { manifest: _, ...rest } = state;
    expect(boundState(state)).toEqual(rest);
  });
});

describe('when a state is too big', () => {
  it('is bounded alike in the event, its projection and a write of its own', async () => {
    const on = await startStore();
    const after = aState({ verdicts: { p: verdict }, manifest: manifest(5000) });
    await on.store.events.commit(anEvent({ after }));
    await on.store.events.project(anEvent({ after }));
    const committed = (await on.store.events.get(TAG_KEY, 1))?.after;
    const projected = await on.store.states.read(TAG_KEY);
    expect(projected).toEqual({ kind: 'found', state: committed });
    await on.store.states.remember(after, { seq: 1, rev: 1 });
    expect(await on.store.states.read(TAG_KEY)).toEqual(projected);
    await on.close();
  });
});
