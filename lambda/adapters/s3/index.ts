import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { messageOf, TagwardenError } from '../../domain/errors.ts';

/** `DENIED`: also just after a grant, before it is known everywhere. */
export class ObjectError extends TagwardenError<'DENIED' | 'UNAVAILABLE'> {
  constructor(code: 'DENIED' | 'UNAVAILABLE', message: string, cause: unknown) {
    super(code, message, { cause, temporary: code === 'UNAVAILABLE' });
  }
}

/** All bytes of an object. @throws {ObjectError} */
export async function readObject(
  client: S3Client,
  { bucket, key }: { readonly bucket: string; readonly key: string },
): Promise<Uint8Array> {
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    if (Body === undefined) throw new Error('the answer has no body');
    return await Body.transformToByteArray();
  } catch (thrown) {
    const { name, $metadata: { httpStatusCode: status } = {} } = thrown as {
      readonly name?: string;
      readonly $metadata?: { readonly httpStatusCode?: number };
    };
    const denied = status === 403 || name === 'AccessDenied';
    const message = `read ${key} of ${bucket}: ${messageOf(thrown)}`;
    throw new ObjectError(denied ? 'DENIED' : 'UNAVAILABLE', message, thrown);
  }
}
