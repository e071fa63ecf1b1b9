import type { Answering } from '../../../lambda/adapters/dynamodb/embedded/answer.ts';
import { isOperation } from '../../../lambda/adapters/dynamodb/embedded/operations.ts';
import { type AwsService, json } from './wire.ts';

/** DynamoDB as the embedded database understands it. */
export function dynamoDb(database: Answering): AwsService {
  return async ({ target, body }) => {
    const operation = target.replace(/^DynamoDB_\d+\./, '');
    if (operation === target || !isOperation(operation)) return undefined;
    try {
      return json(await database.answer(operation, JSON.parse(body)));
    } catch (thrown) {
      const { statusCode, body: said } = thrown as { statusCode?: number; body?: object };
      if (statusCode === undefined || said === undefined) throw thrown;
      return json(said, statusCode);
    }
  };
}
