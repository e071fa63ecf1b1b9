import { createPublicKey, type KeyObject } from 'node:crypto';
import { type AwsAnswer, type AwsCall, AwsDouble, refusal } from '../aws-json/index.ts';

export interface KmsKey {
  readonly spec?: string;
  readonly usage?: string;
  readonly algorithms?: readonly string[];
  /** DER. */
  readonly publicKey: Uint8Array;
}

/** Answers of further operations, by target. */
export type MoreOperations = Readonly<Record<string, (call: AwsCall) => object>>;

/** AWS KMS, as far as reading public keys goes; unless it is told more, it knows no other operation. */
export class KmsDouble {
  /** By what it is asked for: id, alias or ARN. `refused` is the name of an error. */
  readonly keys = new Map<string, KmsKey | { readonly refused: string; readonly says?: string }>();
  readonly #aws: AwsDouble;
  readonly #more: MoreOperations;

  private constructor(aws: AwsDouble, more: MoreOperations) {
    this.#aws = aws;
    this.#more = more;
    aws.answer = (call) => this.#answer(call);
  }

  static async start(more: MoreOperations = {}): Promise<KmsDouble> {
    return new KmsDouble(await AwsDouble.start(), more);
  }

  get calls(): readonly AwsCall[] {
    return this.#aws.calls;
  }

  /** `127.0.0.1:PORT` */
  get host(): string {
    return new URL(this.#aws.config().endpoint).host;
  }

  /** `awskms://127.0.0.1:PORT/KEY` */
  uri(key: string): string {
    return `awskms://${this.host}/${key}`;
  }

  close(): Promise<void> {
    return this.#aws.close();
  }

  #answer(call: AwsCall): AwsAnswer {
    const { target, input } = call;
    const key = this.keys.get(String(input.KeyId));
    if (key === undefined)
      return refusal('NotFoundException', `Alias ${input.KeyId} is not found.`);
    if ('refused' in key) return refusal(key.refused, key.says);
    const of = {
      KeyId: `arn:aws:kms:eu-central-1:123456789012:${input.KeyId}`,
      KeySpec: key.spec ?? 'ECC_NIST_P256',
      KeyUsage: key.usage ?? 'SIGN_VERIFY',
      SigningAlgorithms: key.algorithms ?? ['ECDSA_SHA_256'],
    };
    if (target === 'TrentService.GetPublicKey') {
      return { body: { ...of, PublicKey: Buffer.from(key.publicKey).toString('base64') } };
    }
    const more = this.#more[target];
    if (more !== undefined) return { body: more(call) };
    return refusal('AccessDeniedException', `not authorized to perform: ${target}`);
  }
}

export function derOf(key: KeyObject | string): Buffer {
  const publicKey = typeof key === 'string' ? createPublicKey(key) : key;
  return publicKey.export({ type: 'spki', format: 'der' });
}
