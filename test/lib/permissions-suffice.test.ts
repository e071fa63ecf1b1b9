import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createStore } from '../../lambda/adapters/dynamodb/index.ts';
import { answerRequest } from '../../lambda/application/answer-request.ts';
import { MINUTE, plus } from '../../lambda/domain/time.ts';
import { pushImage } from '../support/registry/index.ts';
import { TEST_TABLE } from '../support/store/index.ts';
import { World } from '../support/world/index.ts';
import { Policy, type Request } from './policies.ts';
import { Synthesised } from './support.ts';

type Role = 'apply' | 'dispatch' | 'scan' | 'deliver';
type Values = Readonly<Record<string, { readonly S?: string }>>;

interface Asked {
  readonly role: Role;
  readonly action: string;
  readonly index: string | undefined;
  readonly keys: readonly string[];
  readonly attributes: readonly string[] | undefined;
}

const asked: Asked[] = [];

/** The same database, with a note of who asked it what. */
function recorded(client: DynamoDBClient, role: Role): DynamoDBClient {
  const send = (command: { constructor: { name: string }; input: never }) => {
    const action = command.constructor.name.replace(/Command$/, '');
    asked.push({ role, action, ...readInput(command.input) });
    return client.send(command as never);
  };
  return { send } as never;
}

interface Input {
  readonly IndexName?: string;
  readonly Item?: Values;
  readonly Key?: Values;
  readonly RequestItems?: Record<string, { Keys?: Values[] } | WriteRequest[]>;
  readonly ExpressionAttributeValues?: Values;
  readonly UpdateExpression?: string;
  readonly ConditionExpression?: string;
}
interface WriteRequest {
  readonly PutRequest?: { readonly Item: Values };
  readonly DeleteRequest?: { readonly Key: Values };
}

function readInput(input: Input): Pick<Asked, 'index' | 'keys' | 'attributes'> {
  const { IndexName, Item, Key, RequestItems, ExpressionAttributeValues: values } = input;
  const batch = Object.values(RequestItems ?? {}).flatMap((part) =>
    Array.isArray(part)
      ? part.map(({ PutRequest, DeleteRequest }) => PutRequest?.Item ?? DeleteRequest?.Key)
      : (part.Keys ?? []),
  );
  const items = [Item, Key, ...batch].flatMap((item) => item?.pk?.S ?? []);
  const keys = items.length > 0 ? items : [values?.[':hash']?.S ?? ''];
  return { index: IndexName, keys, attributes: attributesOf(input) };
}

/** Of an update, as IAM sees them: everything that its expressions name, and the key. */
function attributesOf(input: Input): string[] | undefined {
  if (input.UpdateExpression === undefined) return undefined;
  const words = `${input.UpdateExpression} ${input.ConditionExpression}`.match(
    /(?<![:\w])[a-z]\w+/g,
  );
  const functions = ['attribute_exists', 'attribute_not_exists'];
  return ['pk', 'sk', ...(words ?? []).filter((word) => !functions.includes(word))];
}

let world: World;
beforeAll(async () => {
  world = await World.start();
  const stores = new Map(
    (['apply', 'dispatch', 'scan', 'deliver'] as const).map((role) => {
      const client = recorded(world.database.client, role);
      const now = () => world.clock.now();
      return [role, createStore(client, { tableName: TEST_TABLE, now, sleep: async () => {} })];
    }),
  );
  world.as = (role) => ({ ...world.deps, ...stores.get(role) });
  await liveThroughEverything();
});
afterAll(() => world.close());

/** Baselines, moves, closings, filters, roots of policies, removals, requests. */
async function liveThroughEverything(): Promise<void> {
  const push = (tag: string, content: string) =>
    pushImage(world.registry, 'shop/api', tag, { content });
  for (const tag of ['1.0.0', '1.1.0', 'edge', 'gone']) push(tag, `first ${tag}`);
  const key = (
    await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign'])
  ).publicKey;
  const spki = Buffer.from(await crypto.subtle.exportKey('spki', key)).toString('base64');
  const pem = `-----BEGIN PUBLIC KEY-----\n${spki}\n-----END PUBLIC KEY-----\n`;
  const files = { 'key.pub': Buffer.from(pem) };
  const yaml = (watch: string) => `defaults: {every: 1m, policy: ours, signatureGrace: 2m}
policies: {ours: {signedBy: [{key: key.pub}], unsafeIgnoreTransparencyLog: true}}
registries: [{host: "HOST", allowPrivate: true}]
watch: [${watch}]`;
  await world.apply(
    yaml(
      '"HOST/shop/api:edge", "HOST/shop/api:gone", {image: HOST/shop/api, tags: {semver: ">=1", max: 1}}',
    ),
    { files },
  );
  for (let n = 0; n < 3; n++) await world.tick();
  push('edge', 'second');
  world.registry.store.repository('shop/api').tags.delete('gone');
  for (let n = 0; n < 6; n++) await world.tick();
  await world.apply(yaml('"HOST/shop/api:edge"'), { files, prune: true });
  world.publisher.fail = () => new Error('down');
  push('edge', 'third');
  await world.tick();
  world.publisher.fail = undefined;
  const until = plus(world.clock.now(), MINUTE);
  for (const request of [
    { v: 1, kind: 'test-alert', id: crypto.randomUUID(), severity: 'low', labels: ['team=a'] },
    { v: 1, kind: 'scan', selection: { verdict: 'unsigned' } },
    await acknowledgement(),
  ]) {
    expect(await answerRequest(world.as('dispatch'), request, until)).toMatchObject({ ok: true });
  }
  for (let n = 0; n < 3; n++) await world.tick();
  await world.as('deliver').events.setAside(`${world.registry.host}/shop/api:edge`, 1, 'why');
}

/** Of the newest event of a tag. */
async function acknowledgement() {
  const subject = `${world.registry.host}/shop/api:edge`;
  const seq = (await world.history(subject)).length;
  return { v: 1, kind: 'acknowledge', id: crypto.randomUUID(), subject, seq, reason: 'planned' };
}

describe('what a function may do', () => {
  const stack = new Synthesised();
  const [[table = ''] = []] = stack.of('AWS::DynamoDB::Table');
  const TABLE = { 'Fn::GetAtt': [table, 'Arn'] };

  const requestOf = ({ action, index, keys, attributes }: Asked): Request => ({
    action: `dynamodb:${action}`,
    resource: index === undefined ? TABLE : { 'Fn::Join': ['', [TABLE, `/index/${index}`]] },
    keys,
    ...(attributes && { attributes }),
  });

  it.each(['apply', 'dispatch', 'scan', 'deliver'] as const)('is all that %s does', (role) => {
    const policy = new Policy(stack, role);
    const own = asked.filter((each) => each.role === role);
    const refused = own.filter((each) => !policy.allows(requestOf(each)));
    expect(own.length).toBeGreaterThan(10);
    expect(refused).toEqual([]);
  });

  it('was asked for an acknowledgement, too', () => {
    expect(world.committed.map(({ kind }) => kind)).toContain('tag.acknowledged');
  });

  it('was asked for with every kind of item', () => {
    const kinds = new Set(asked.flatMap(({ keys }) => keys.map((key) => key.split('#')[0])));
    expect([...kinds].sort()).toEqual([
      'BASELINE',
      'DIGEST',
      'DUE',
      'JOB',
      'LANE',
      'LANES',
      'OUTBOX',
      'PEND',
      'POLICY',
      'REGISTRIES',
      'REPO',
      'RUN',
      'STATE',
      'TAG',
      'WATCH',
    ]);
  });
});
