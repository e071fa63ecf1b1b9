import { createHash, createHmac } from 'node:crypto';
import { Agent } from 'node:https';
import {
  CloudFormationClient,
  DescribeStacksCommand,
  ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SignatureV4 } from '@smithy/signature-v4';
import { Agent as Dispatcher, request } from 'undici';
import type { Credentials, Emulator } from './emulator/server.ts';

/** Of the account's owner, who may do everything. */
const OWNER: Credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const REGION = 'us-east-1';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** The account as somebody with these credentials reaches it. */
export class Cloud {
  readonly stacks: CloudFormationClient;
  readonly tables: DynamoDBClient;
  readonly functions: LambdaClient;
  readonly secrets: SecretsManagerClient;
  readonly topics: SNSClient;
  readonly queues: SQSClient;
  readonly #emulator: Emulator;
  readonly #credentials: Credentials;
  readonly #dispatcher: Dispatcher;

  constructor(emulator: Emulator, credentials: Credentials = OWNER) {
    const { url, certificate: ca } = emulator;
    const common = {
      ...{ endpoint: url, region: REGION, credentials, maxAttempts: 1 },
      ...(ca !== undefined && {
        requestHandler: { httpsAgent: new Agent({ ca, keepAlive: true }) },
      }),
    };
    this.#emulator = emulator;
    this.#credentials = credentials;
    this.#dispatcher = new Dispatcher(ca === undefined ? {} : { connect: { ca } });
    this.stacks = new CloudFormationClient(common);
    this.tables = new DynamoDBClient(common);
    this.functions = new LambdaClient(common);
    this.secrets = new SecretsManagerClient(common);
    this.topics = new SNSClient(common);
    this.queues = new SQSClient({ ...common, useQueueUrlAsEndpoint: false });
  }

  /** The same account as somebody else reaches it. */
  as(credentials: Credentials): Cloud {
    return new Cloud(this.#emulator, credentials);
  }

  /** The outputs of a stack, by name. @throws when there is no such stack. */
  async outputs(stack: string): Promise<Readonly<Record<string, string>>> {
    const { Stacks = [] } = await this.stacks.send(new DescribeStacksCommand({ StackName: stack }));
    const outputs = Stacks[0]?.Outputs ?? [];
    return Object.fromEntries(
      outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
    );
  }

  /** Physical ids by logical ids. */
  async resources(stack: string): Promise<ReadonlyMap<string, string>> {
    const { StackResourceSummaries: found = [] } = await this.stacks.send(
      new ListStackResourcesCommand({ StackName: stack }),
    );
    return new Map(
      found.map(({ LogicalResourceId, PhysicalResourceId }) => [
        LogicalResourceId ?? '',
        PhysicalResourceId ?? '',
      ]),
    );
  }

  /** A GET signed with Signature Version 4, as IAM authorisation wants it; `unsigned` without. */
  async get(url: string, how: 'signed' | 'unsigned' = 'signed'): Promise<Answer> {
    const { hostname, pathname, host, protocol, searchParams } = new URL(url);
    const asked = {
      ...{ method: 'GET', protocol, hostname, path: pathname, headers: { host } },
      query: Object.fromEntries(searchParams),
    };
    const signer = new SignatureV4({
      ...{ service: 'execute-api', region: REGION, credentials: this.#credentials, sha256: Sha256 },
    });
    const { headers } = how === 'signed' ? await signer.sign(asked) : asked;
    const answer = await request(url, { headers, dispatcher: this.#dispatcher });
    return { status: answer.statusCode, body: await answer.body.text() };
  }

  async close(): Promise<void> {
    const { stacks, tables, functions, secrets, topics, queues } = this;
    for (const client of [stacks, tables, functions, secrets, topics, queues]) client.destroy();
    await this.#dispatcher.close();
  }
}

/** What the signer wants of a hash: with a secret, an HMAC. */
class Sha256 {
  readonly #secret: Uint8Array | undefined;
  #hash: ReturnType<typeof createHash>;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#secret = secret === undefined ? undefined : bytesOf(secret);
    this.#hash = this.#start();
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    this.#hash = this.#start();
  }

  #start(): ReturnType<typeof createHash> {
    return this.#secret === undefined
      ? createHash('sha256')
      : (createHmac('sha256', this.#secret) as never);
  }
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data);
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
