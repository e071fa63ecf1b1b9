import { GetPublicKeyCommand, type GetPublicKeyResponse, KMSClient } from '@aws-sdk/client-kms';
import { isLoopback, type KmsAnswer, type KmsReference } from '../../domain/kms-key.ts';
import type { KeyRule } from '../../domain/policy.ts';
import { toKmsError } from './errors.ts';

/** How the user is known to AWS; what is absent comes from the environment and AWS's own files. */
export interface KmsAccess {
  readonly profile?: string;
  readonly region?: string;
}

/** What cosign signs with under a key of KMS: the first of the key's algorithms (sigstore, `kms/aws`). */
const DIGESTS: Readonly<Record<string, KeyRule['digestAlgorithm']>> = {
  ECDSA_SHA_256: 'sha256',
  ECDSA_SHA_384: 'sha384',
  ECDSA_SHA_512: 'sha512',
  RSASSA_PKCS1_V1_5_SHA_256: 'sha256',
  RSASSA_PKCS1_V1_5_SHA_384: 'sha384',
  RSASSA_PKCS1_V1_5_SHA_512: 'sha512',
};

/** Answers about the key itself: asking again gives the same. */
const OF_THE_KEY: Readonly<Record<string, string>> = {
  NotFoundException: 'no key of that name in this account and region',
  DisabledException: 'a disabled key',
  KMSInvalidStateException: 'a key that cannot be used, perhaps one that awaits its deletion',
  UnsupportedOperationException:
    'a key without a public half, or of another kind than KMS signs with',
  InvalidArnException: 'an ARN that is none of a key',
  InvalidKeyUsageException: 'a key that is not for signing',
};

/** Longer than any key that KMS makes. */
const LONGEST = 16 * 1024;
/** Milliseconds: somebody waits in front of a terminal. */
const TIMEOUTS = { connectionTimeout: 5_000, requestTimeout: 10_000 };

/**
 * Asks AWS KMS for the public half of a key, by `GetPublicKey` and nothing else: verification
 * happens here, so that no other permission is needed and KMS learns of no signature.
 *
 * @throws {KmsError} when KMS did not say
 */
export async function readKmsKey(reference: KmsReference, access: KmsAccess): Promise<KmsAnswer> {
  const client = new KMSClient(configOf(reference, access));
  try {
    return answerOf(await client.send(new GetPublicKeyCommand({ KeyId: reference.keyId })));
  } catch (thrown) {
    const { name = '' } = (thrown ?? {}) as { readonly name?: string };
    const found = Object.hasOwn(OF_THE_KEY, name) ? OF_THE_KEY[name] : undefined;
    if (found === undefined) throw toKmsError(thrown, reference.uri);
    return refused(found);
  } finally {
    client.destroy();
  }
}

function configOf(
  { endpoint, region: ofKey }: KmsReference,
  { profile, region: chosen }: KmsAccess,
) {
  const region = ofKey ?? chosen;
  const common = { maxAttempts: 2, requestHandler: TIMEOUTS };
  if (endpoint !== undefined && isLoopback(endpoint)) {
    // An emulator on this machine: it has no certificate, and no use for real credentials.
    const credentials = { accessKeyId: 'emulator', secretAccessKey: 'emulator' };
    return {
      ...common,
      endpoint: `http://${endpoint}`,
      region: region ?? 'us-east-1',
      credentials,
    };
  }
  return {
    ...common,
    ...(endpoint !== undefined && { endpoint: `https://${endpoint}` }),
    ...(region !== undefined && { region }),
    ...(profile !== undefined && { profile }),
  };
}

function answerOf(response: GetPublicKeyResponse): KmsAnswer {
  const { PublicKey: der, KeyUsage, KeySpec, SigningAlgorithms } = response;
  if (KeyUsage !== 'SIGN_VERIFY') return refused(`a key for ${KeyUsage ?? 'nothing'}`);
  const [algorithm = 'none'] = SigningAlgorithms ?? [];
  const digestAlgorithm = Object.hasOwn(DIGESTS, algorithm) ? DIGESTS[algorithm] : undefined;
  if (digestAlgorithm === undefined) {
    return refused(`a key of type ${KeySpec} that signs with ${algorithm}`);
  }
  if (der === undefined || der.length === 0 || der.length > LONGEST) {
    return refused('an answer without a public key');
  }
  const base64 = Buffer.from(der).toString('base64').replaceAll(/.{64}/g, '$&\n').trimEnd();
  const pem = `-----BEGIN PUBLIC KEY-----\n${base64}\n-----END PUBLIC KEY-----\n`;
  return { ok: true, pem, digestAlgorithm };
}

function refused(found: string): KmsAnswer {
  const problem = `found ${found.slice(0, 200)}, expected a key that signs with ECDSA, or with RSA and PKCS #1 v1.5`;
  return { ok: false, problem };
}
