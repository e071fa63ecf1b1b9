import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  AwsFault,
  type AwsReply,
  type AwsRequest,
  type AwsService,
  faultReply,
  readRequest,
} from './wire.ts';

export const REGION = 'eu-central-1';
export const ACCOUNT = '123456789012';

/** Access keys of users whom the double knows. */
export const USER = {
  /** May do everything. */
  admin: 'AKIDADMIN',
  /** Is known, and may do nothing. */
  nobody: 'AKIDNOBODY',
  /** Had a session that is over. */
  expired: 'AKIDEXPIRED',
} as const;

/** One endpoint for several AWS services, as `AWS_ENDPOINT_URL` names it. */
export class AwsDouble {
  readonly requests: AwsRequest[] = [];
  readonly url: string;
  readonly #server: Server;
  readonly #services: readonly AwsService[];
  /** Refuses a request that a permission is missing for. */
  denies: (request: AwsRequest) => boolean = () => false;

  private constructor(server: Server, services: readonly AwsService[]) {
    this.#server = server;
    this.#services = services;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request, response) => {
      readRequest(request)
        .then((read) => this.#serve(read, response))
        .catch((thrown: unknown) => response.destroy(thrown as Error));
    });
  }

  static async start(...services: readonly AwsService[]): Promise<AwsDouble> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new AwsDouble(server, services);
  }

  /** What a user's environment says so that the AWS tools come here, and nowhere else. */
  environment(user: string = USER.admin): Record<string, string> {
    return {
      AWS_ENDPOINT_URL: this.url,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: user,
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: '/nonexistent/config',
      AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/credentials',
    };
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: AwsRequest, response: ServerResponse): Promise<void> {
    this.requests.push(request);
    const { status, type, body, headers } = await this.#answer(request);
    response.writeHead(status, { 'content-type': type, 'x-amzn-requestid': '0', ...headers });
    response.end(body);
  }

  async #answer(request: AwsRequest): Promise<AwsReply> {
    try {
      this.#admit(request);
      for (const service of this.#services) {
        const reply = await service(request);
        if (reply !== undefined) return reply;
      }
      throw new AwsFault('UnknownOperationException', `${request.method} ${request.path}`, 404);
    } catch (thrown) {
      if (thrown instanceof AwsFault) return faultReply(request, thrown);
      throw thrown;
    }
  }

  #admit(request: AwsRequest): void {
    const { accessKey, form } = request;
    // The Query protocol has names of its own for these.
    const code = (query: string, json: string) => (form.has('Action') ? query : json);
    if (accessKey === USER.expired) {
      const message = 'The security token included in the request is expired';
      throw new AwsFault(code('ExpiredToken', 'ExpiredTokenException'), message, 403);
    }
    if (accessKey === USER.nobody || this.denies(request)) {
      const who = `arn:aws:iam::${ACCOUNT}:user/${accessKey}`;
      const message = `User: ${who} is not authorized to perform this`;
      throw new AwsFault(code('AccessDenied', 'AccessDeniedException'), message, 403);
    }
    if (accessKey !== USER.admin) {
      const message = 'The security token included in the request is invalid';
      throw new AwsFault(code('InvalidClientTokenId', 'UnrecognizedClientException'), message, 403);
    }
  }
}
