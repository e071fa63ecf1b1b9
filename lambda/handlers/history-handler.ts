import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  Context,
} from 'aws-lambda';
import type { HistoryFunction } from '../composition/functions/history.ts';
import { messageOf, TagwardenError } from '../domain/errors.ts';
import { answerQuestion } from './api/answer.ts';
import { ApiProblem, problemAnswer } from './api/problem.ts';

/**
 * The questions of the command line over HTTP (API payload 2.0), read only. Who may ask is decided in
 * front of it, by IAM.
 */
export function createHistoryHandler(parts: HistoryFunction) {
  return async (
    event: APIGatewayProxyEventV2,
    context: Context,
  ): Promise<APIGatewayProxyStructuredResultV2> => {
    parts.log.begin(context);
    try {
      return await answerQuestion(parts, event, context);
    } catch (thrown) {
      return problemAnswer(problemOf(parts, thrown, context));
    }
  };
}

/** What went wrong on our side is for the log; the answer only says where to look. */
function problemOf({ log }: HistoryFunction, thrown: unknown, context: Context): ApiProblem {
  if (thrown instanceof ApiProblem) return thrown;
  log.error('question not answered', { why: messageOf(thrown) });
  if (thrown instanceof TagwardenError && thrown.temporary) {
    return new ApiProblem(503, 'unavailable', 'try again later', { 'retry-after': '5' });
  }
  return new ApiProblem(500, 'internal', `see the log of request ${context.awsRequestId}`);
}
