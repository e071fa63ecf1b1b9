import { describe, expect, it } from '@jest/globals';
import {
  StoreError,
  type StoreErrorCode,
  toStoreError,
} from '../../../lambda/adapters/dynamodb/errors.ts';

const named = (name: string, message = 'words') => Object.assign(new Error(message), { name });

describe('toStoreError', () => {
  it.each<[unknown, StoreErrorCode, boolean]>([
    [named('ThrottlingException'), 'THROTTLED', true],
    [named('ProvisionedThroughputExceededException'), 'THROTTLED', true],
    [named('RequestLimitExceeded'), 'THROTTLED', true],
    [named('InternalServerError'), 'UNAVAILABLE', true],
    [named('TimeoutError'), 'UNAVAILABLE', true],
    [named('DiskFull'), 'FULL', true],
    [Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }), 'UNAVAILABLE', true],
    [new Error('AWS SDK error wrapper for Error: connect ECONNREFUSED'), 'UNAVAILABLE', true],
    [Object.assign(new Error('new'), { $metadata: { httpStatusCode: 503 } }), 'UNAVAILABLE', true],
    [named('ResourceNotFoundException'), 'NO_TABLE', false],
    [named('AccessDeniedException'), 'DENIED', false],
    [named('CredentialsProviderError'), 'DENIED', false],
    [named('ValidationException', 'Item size has exceeded the maximum'), 'TOO_LARGE', false],
    [named('ValidationException', 'bad expression'), 'FAILED', false],
    ['text', 'FAILED', false],
  ])('says what can be done about %#', (thrown, code, temporary) => {
    const error = toStoreError(thrown, 'read STATE#a');
    expect(error).toMatchObject({ code, temporary, cause: thrown, name: 'StoreError' });
    expect(error.message).toMatch(/^read STATE#a: /);
  });

  it('leaves its own as they are', () => {
    const own = new StoreError('CORRUPT', 'broken');
    expect(toStoreError(own, 'read')).toBe(own);
  });
});
