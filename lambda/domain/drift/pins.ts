import type { Draft } from './draft.ts';
import { isImmutable, pinsOf } from './terms.ts';

/** Where an immutable tag stands is taken down once, when bytes have proved it; only an acknowledgement moves it. */
export function rememberPlace({ next, input }: Draft): void {
  if (!isImmutable(input.terms)) delete next.pinnedTo;
  else if (next.pinnedTo === undefined && next.proven && next.digest !== undefined) {
    next.pinnedTo = next.digest;
  }
}

/** `postgres:16@sha256:…`: the tag must point at that digest. */
export function comparePins(draft: Draft): void {
  const { next, input } = draft;
  const pins = pinsOf(input.terms);
  const left = pins.some((pin) => pin !== next.digest);
  const open = next.open['tag.pin-left'];
  const isFine = next.acknowledged?.digest === next.digest;
  // A header's claim is no proof that the tag is anywhere else.
  if (left && open === undefined && next.proven && !isFine) {
    const summary = 'does not point at the digest that its watch expects';
    draft.change({ kind: 'tag.pin-left', severity: 'high', summary });
    draft.raise('tag.pin-left');
  }
  if (!left && open !== undefined) {
    const summary =
      pins.length > 0 ? 'points at its expected digest again' : 'is no longer tied to a digest';
    const { severity } = open;
    draft.change({ kind: 'tag.restored', severity, summary, ...draft.close('tag.pin-left') });
  }
}
