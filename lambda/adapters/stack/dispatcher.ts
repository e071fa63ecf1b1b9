import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { DispatchAnswer, DispatchRequest } from '../../contract/dispatch-request.ts';
import { type AwsAccess, clientConfig } from './access.ts';
import { asking, StackError } from './errors.ts';

export interface Dispatcher {
  /** @throws {StackError} */
  ask(request: DispatchRequest): Promise<DispatchAnswer>;
  close(): void;
}

/** The deployed dispatch function, invoked with the user's own credentials. */
export function createDispatcher(access: AwsAccess, functionName: string): Dispatcher {
  const client = new LambdaClient(clientConfig(access));
  return {
    close: () => client.destroy(),
    ask: async (request) => {
      const asked = `ask ${functionName} for ${request.kind}`;
      const answer = await asking(asked, () =>
        client.send(
          new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(request) }),
        ),
      );
      const text = Buffer.from(answer.Payload ?? []).toString();
      if (answer.FunctionError !== undefined) {
        throw new StackError('FAILED', `${asked}: the function failed: ${failureIn(text)}`);
      }
      return answerIn(text, asked);
    },
  };
}

/** `{"errorMessage": …}` of the runtime; the rest is in the function's log. */
function failureIn(text: string): string {
  const { errorMessage } = recordIn(text);
  return typeof errorMessage === 'string' ? errorMessage.slice(0, 300) : 'see its log';
}

/** An older deployment takes every payload for a tick, and answers nothing that says `ok`. */
function answerIn(text: string, asked: string): DispatchAnswer {
  const answer = recordIn(text);
  if (answer.v === 1 && answer.ok === true) return answer as unknown as DispatchAnswer;
  if (answer.v === 1 && typeof answer.problem === 'string') {
    throw new StackError('REFUSED', `${asked}: ${answer.problem}`);
  }
  throw new StackError(
    'FAILED',
    `${asked}: found an answer of another version: expected a stack that this version deployed (npx cdk deploy)`,
  );
}

function recordIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const found: unknown = JSON.parse(text);
    return typeof found === 'object' && found !== null ? (found as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
