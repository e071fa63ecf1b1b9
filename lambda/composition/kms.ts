import type { KmsAnswer, KmsReference } from '../domain/kms-key.ts';
import type { AwsChoices } from './deployed.ts';

/** What AWS KMS says of one key; its client is loaded for whoever names one. @throws {KmsError} */
export async function readKmsKey(access: AwsChoices, reference: KmsReference): Promise<KmsAnswer> {
  const kms = await import('../adapters/kms/public-key.ts');
  return kms.readKmsKey(reference, access);
}
