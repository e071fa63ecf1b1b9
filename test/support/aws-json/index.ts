import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface AwsCall {
  /** `AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken` */
  readonly target: string;
  readonly input: Record<string, unknown>;
  /** Of the Authorization header: which region it was signed for. */
  readonly region: string;
}

export interface AwsAnswer {
  readonly status?: number;
  readonly body: object;
}

/** An AWS service with a JSON protocol, as far as a test says what it answers. */
export class AwsDouble {
  readonly calls: AwsCall[] = [];
  answer: (call: AwsCall) => AwsAnswer | Promise<AwsAnswer> = () => refusal('UnknownOperation');
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    server.on('request', (request, response) => void this.#serve(request, response));
  }

  static async start(): Promise<AwsDouble> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new AwsDouble(server);
  }

  /** Of a client: nothing is retried unless a test wants it. */
  config(region = 'eu-central-1') {
    const { port } = this.#server.address() as AddressInfo;
    return {
      endpoint: `http://127.0.0.1:${port}`,
      region,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    };
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = Buffer.concat(await Array.fromAsync(request)).toString();
    const { headers } = request;
    const [, region = ''] =
      /Credential=[^/]+\/\d+\/([^/]+)\//.exec(headers.authorization ?? '') ?? [];
    const call = { target: String(headers['x-amz-target']), input: JSON.parse(text), region };
    this.calls.push(call);
    const { status = 200, body } = await this.answer(call);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(body));
  }
}

export function refusal(type: string, message = type): AwsAnswer {
  return { status: 400, body: { __type: type, message } };
}
