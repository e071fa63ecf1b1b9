import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { MAX_BUNDLE_BYTES } from './limits.ts';
import { Refusal } from './refusal.ts';

/** Node hands its output over in chunks; 16 KiB, its default, make four times the work. */
const CHUNK = 256 * 1024;

/**
 * A bundle layer may be gzip, which cosign recognises by its first bytes whatever its media type.
 * A megabyte of gzip inflates to a gigabyte: inflating stops at the bundle's bound.
 *
 * @throws {Refusal}
 */
export async function inflateBundle(layer: Uint8Array): Promise<Uint8Array> {
  if (layer[0] !== 0x1f || layer[1] !== 0x8b) return layer;
  try {
    const options = { maxOutputLength: MAX_BUNDLE_BYTES, chunkSize: CHUNK };
    return await promisify(gunzip)(layer, options);
  } catch (cause) {
    throw new Refusal(`gzip layer does not inflate to ${MAX_BUNDLE_BYTES} bytes or less`, {
      cause,
    });
  }
}
