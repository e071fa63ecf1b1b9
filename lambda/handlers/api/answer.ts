import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  Context,
} from 'aws-lambda';
import type { HistoryFunction } from '../../composition/functions/history.ts';
import { asciiJson } from '../../domain/alert/escape.ts';
import { SECOND } from '../../domain/time.ts';
import { beforeEnd } from '../time-left.ts';
import { ALWAYS, ApiProblem } from './problem.ts';
import { Question } from './question.ts';
import { ROUTES } from './routes.ts';

/** A page ends with what there is so long before the function's end. */
const MARGIN = 5 * SECOND;

/** @throws {ApiProblem} for what is no question, and what the store throws */
export async function answerQuestion(
  { clock, store }: HistoryFunction,
  { rawPath, rawQueryString, requestContext }: APIGatewayProxyEventV2,
  context: Context,
): Promise<APIGatewayProxyStructuredResultV2> {
  const { http, stage } = requestContext;
  const path = rawPath.startsWith(`/${stage}/`) ? rawPath.slice(stage.length + 1) : rawPath;
  if (http.method !== 'GET') {
    throw new ApiProblem(405, 'method', 'expected GET', { allow: 'GET' });
  }
  const route = Object.hasOwn(ROUTES, path) ? ROUTES[path] : undefined;
  if (route === undefined) {
    const known = Object.keys(ROUTES).join(', ');
    throw new ApiProblem(404, 'no-route', `expected one of ${known}`);
  }
  const now = clock.now();
  const until = beforeEnd(clock, context, MARGIN);
  const question = new Question(rawPath, rawQueryString, route.parameters, now);
  const isOver = () => clock.now() >= until;
  const { body, next } = await route.answer({ store, question, now, isOver });
  const link = next === undefined ? {} : { link: question.link(next) };
  return {
    statusCode: 200,
    headers: { ...ALWAYS, 'content-type': 'application/json', ...link },
    body: asciiJson(body),
  };
}
