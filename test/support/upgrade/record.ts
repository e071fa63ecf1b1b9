/*
 * Records what this version writes, for all later ones to read: `node test/support/upgrade/record.ts`
 * before a release. Fixtures of a version are never made again.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AttributeValue, type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { createStore } from '../../../lambda/adapters/dynamodb/index.ts';
import { publicGoodTrustedRoot } from '../../../lambda/adapters/sigstore/index.ts';
import { createSqsQueue } from '../../../lambda/adapters/sqs/index.ts';
import { answerRequest } from '../../../lambda/application/answer-request.ts';
import { applyDeployment } from '../../../lambda/application/apply/deployment.ts';
import type { JobMessage } from '../../../lambda/application/ports.ts';
import { PUBLIC_GOOD } from '../../../lambda/domain/policy.ts';
import { MINUTE, plus } from '../../../lambda/domain/time.ts';
import { hashOfSerialized, serializeWatchlist } from '../../../lambda/domain/watchlist/compiled.ts';
import { pushImage } from '../registry/index.ts';
import { SqsDouble } from '../sqs/index.ts';
import { TEST_TABLE } from '../store/index.ts';
import { World } from '../world/index.ts';

type Item = Record<string, AttributeValue>;

const ROOT = join(import.meta.dirname, '../../..');
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const FOLDER = join(ROOT, 'test/fixtures/upgrade', version);

const KEY = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE8nXRh950IZbRj8Ra/N9sbqOPZrfM
5/KAQN0/KjHcorm/J5yctVd7iEcnessRQjU917hmKO6JWVGHpDguIyakZA==
-----END PUBLIC KEY-----
`;
const WATCHLIST = `version: 1
defaults: {every: 1m, policy: none, signatureGrace: 2m}
registries: [{host: "HOST", allowPrivate: true}]
policies:
  ours: {signedBy: [{key: keys/ours.pub}], unsafeIgnoreTransparencyLog: true}
  release:
    signedBy:
      - {identity: someone@example.com, issuer: https://accounts.google.com}
    trustRoot: keys/root.json
watch:
  - {image: "HOST/shop/api:edge", policy: ours, labels: {team: shop}}
  - {image: "HOST/shop/api:1", policy: release, immutable: true}
  - HOST/shop/api:gone
  - {image: HOST/shop/web, tags: {semver: ">=1", max: 1}}
`;

const world = await World.start();
const queue = await SqsDouble.start();
const touched = new Map<string, Item>();
const sent: JobMessage[] = [];

/** The same database, with a note of every item that is written. */
const client = {
  send: (command: { input: { Item?: Item; RequestItems?: Record<string, unknown[]> } }) => {
    const { Item: item, RequestItems = {} } = command.input;
    const puts = Object.values(RequestItems).flatMap((part) =>
      Array.isArray(part)
        ? part.map((each) => (each as { PutRequest?: { Item: Item } }).PutRequest?.Item)
        : [],
    );
    for (const each of [item, ...puts]) {
      if (each?.pk && each.sk)
        touched.set(`${each.pk.S}\n${each.sk.S}`, { pk: each.pk, sk: each.sk });
    }
    return world.database.client.send(command as never);
  },
} as never as DynamoDBClient;
const now = () => world.clock.now();
const store = createStore(client, { tableName: TEST_TABLE, now });
const send = world.deps.queue.send.bind(world.deps.queue);
world.deps.queue.send = (messages) => {
  sent.push(...messages);
  return send(messages);
};
world.as = () => ({ ...world.deps, ...store });

const push = (repository: string, tag: string, content: string) =>
  pushImage(world.registry, repository, tag, { content });
for (const tag of ['edge', '1', 'gone']) push('shop/api', tag, `first ${tag}`);
for (const tag of ['1.0.0', '1.1.0']) push('shop/web', tag, `web ${tag}`);
const root = publicGoodTrustedRoot();
const files = { 'keys/ours.pub': Buffer.from(KEY), 'keys/root.json': root };
const compiled = world.compile(WATCHLIST.slice('version: 1\n'.length), files);
const serialized = serializeWatchlist(compiled);
const hash = hashOfSerialized(serialized);
const plainly = <T>(_bytes: number, write: () => Promise<T>) => write();
await applyDeployment(world.as('apply'), compiled, { hash, allowRemovals: false }, plainly);
await store.id();
await store.trust.put(PUBLIC_GOOD, 1, root, now());
for (let n = 0; n < 3; n++) await world.tick();
push('shop/api', 'edge', 'second');
push('shop/api', '1', 'moved, which it must not');
world.registry.store.repository('shop/api').tags.delete('gone');
for (let n = 0; n < 8; n++) await world.tick();
const test = { v: 1, kind: 'test-alert', id: crypto.randomUUID(), severity: 'low', labels: [] };
await answerRequest(world.as('dispatch'), test, plus(now(), MINUTE));
// An alert that waits for its delivery.
world.publisher.fail = () => new Error('down');
push('shop/api', 'edge', 'third');
for (let n = 0; n < 2; n++) await world.tick();

const items: Item[] = [];
for (const Key of touched.values()) {
  const command = new GetItemCommand({ TableName: TEST_TABLE, Key });
  const { Item: found } = await world.database.client.send(command);
  if (found !== undefined) items.push(found);
}
const sqs = { client: queue.client, queueUrl: queue.queueUrl, sleep: async () => {} };
const kinds = Map.groupBy(sent, ({ body }) => body.kind).values();
await createSqsQueue(sqs).send([...kinds].flatMap((same) => same.slice(0, 2)));

mkdirSync(join(FOLDER, 'keys'), { recursive: true });
const write = (name: string, text: string) => writeFileSync(join(FOLDER, name), text);
const json = (value: unknown) => `${JSON.stringify(value, bytesAsText, 1)}\n`;
write('watchlist.yaml', WATCHLIST.replaceAll('HOST', world.registry.host));
write('keys/ours.pub', KEY);
writeFileSync(join(FOLDER, 'keys/root.json'), root);
write('compiled.json', serialized);
write('items.json', json(items));
write('messages.json', json(queue.messages.map(({ body }) => body)));
await Promise.all([world.close(), queue.close()]);

/** As the JSON of DynamoDB has it. */
function bytesAsText(this: unknown, key: string, value: unknown): unknown {
  if (key !== 'B') return value;
  const bytes = (this as { B: Uint8Array }).B;
  return Buffer.from(bytes).toString('base64');
}
