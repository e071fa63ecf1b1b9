import { readKmsKey } from '../lambda/composition/kms.ts';
import { type KmsAnswer, type KmsKeys, parseKmsReference } from '../lambda/domain/kms-key.ts';
import type { AwsFlags } from './place.ts';

/** Asks KMS for every key that is named, once each and one after the other. @throws {KmsError} */
export async function readKmsKeys(uris: readonly string[], access: AwsFlags): Promise<KmsKeys> {
  const keys = new Map<string, KmsAnswer>();
  for (const uri of new Set(uris)) {
    const reference = parseKmsReference(uri);
    const answer =
      'problem' in reference
        ? { ok: false as const, problem: reference.problem }
        : await readKmsKey(access, reference);
    keys.set(uri, answer);
  }
  return keys;
}
