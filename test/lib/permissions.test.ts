import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ATTRIBUTE, INDEX, INDEX_KEY, KEY } from '../../lambda/contract/table-schema.ts';
import { PUBLIC_GOOD } from '../../lambda/domain/policy.ts';
import { PERMISSIONS } from '../../lib/constructs/permissions.ts';
import type { Permissions } from '../../lib/constructs/table-access.ts';
import { Policy, type Request } from './policies.ts';
import { HANDLERS, Synthesised } from './support.ts';

const stack = new Synthesised();
const policies = new Map(HANDLERS.map((handler) => [handler, new Policy(stack, handler)]));
const [[tableId = ''] = []] = stack.of('AWS::DynamoDB::Table');
const TABLE = { 'Fn::GetAtt': [tableId, 'Arn'] };
const index = (name: string) => ({ 'Fn::Join': ['', [TABLE, `/index/${name}`]] });

/** The functions that are let do this. */
function whoMay(request: Request): string[] {
  return HANDLERS.filter((handler) => policies.get(handler)?.allows(request));
}

const put = (...keys: string[]): Request => ({ action: 'dynamodb:PutItem', resource: TABLE, keys });
const batch = (...keys: string[]): Request => ({
  action: 'dynamodb:BatchWriteItem',
  resource: TABLE,
  keys,
});
const update = (key: string, ...attributes: string[]): Request => ({
  action: 'dynamodb:UpdateItem',
  resource: TABLE,
  keys: [key],
  attributes: [ATTRIBUTE.pk, ATTRIBUTE.sk, ...attributes],
});

const TAG = KEY.events('ghcr.io/acme/app:1.4');

describe('who may tell', () => {
  it('is deliver alone', () => {
    expect(whoMay({ action: 'sns:Publish' })).toEqual(['deliver']);
  });

  it('tells its own topics and no others', () => {
    const [[topic = ''] = []] = stack.of('AWS::SNS::Topic').filter(([id]) => /^Alerts/.test(id));
    const [[alarms = ''] = []] = stack.of('AWS::SNS::Topic').filter(([id]) => /^Oper/.test(id));
    const publish = (Ref: string) => whoMay({ action: 'sns:Publish', resource: { Ref } });
    expect([publish(topic), publish(alarms)]).toEqual([['deliver'], []]);
  });
});

describe('who may write', () => {
  it.each([
    ['an event of a tag', put(TAG), ['scan']],
    ['an event of a tried alert', put(KEY.events('test:1')), ['scan']],
    ['an event of a lane', put(KEY.events('registry:ghcr.io')), ['dispatch', 'scan']],
    ['an event of an apply', put(KEY.events('baseline:1')), ['dispatch', 'scan']],
    ['a state', put(KEY.state('a:b').pk), ['dispatch', 'scan', 'deliver']],
    ['a lane', put(KEY.lane('ghcr.io').pk), ['dispatch', 'scan', 'apply']],
    ['a run', put(KEY.run('2026-01-01T00:00:00.000Z').pk), ['dispatch']],
    ['a receipt', put(KEY.receipts('t')), ['scan']],
    ['a watch', batch(KEY.watches(3)), ['apply']],
    ['a policy', batch(KEY.policy('p').pk), ['apply']],
    ['a unit', batch(KEY.units('ghcr.io', 5)), ['apply']],
    ['what is said of a registry', batch(KEY.registries), ['apply']],
    ['a sighting', batch(KEY.sightings('sha256:1')), ['scan', 'deliver']],
    ['a watch by a put', put(KEY.watches(3)), []],
    ['a policy by a put', put(KEY.policy('p').pk), []],
    ['the public-good root', put(KEY.trustRoots(PUBLIC_GOOD)), ['refresh-trust']],
    ['what its refresh left behind', put(KEY.trustRefresh(PUBLIC_GOOD).pk), ['refresh-trust']],
    ['a root of a policy', put(KEY.trustRoots(`sha256:${'a'.repeat(64)}`)), ['apply']],
  ])('%s', (_what, request, expected) => {
    expect(whoMay(request)).toEqual(expected);
  });

  it('writes nothing beside what it may write in one batch', () => {
    expect(whoMay(batch(KEY.sightings('sha256:1'), KEY.watches(1)))).toEqual([]);
    expect(whoMay(batch(KEY.sightings('sha256:1'), TAG))).toEqual([]);
  });

  it('is never history', () => {
    const writes = ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'PartiQLUpdate'];
    expect(
      writes.filter((name) => policies.get('history')?.allows({ action: `dynamodb:${name}` })),
    ).toEqual([]);
  });

  it('deletes or scans nothing', () => {
    for (const name of ['DeleteItem', 'Scan', 'DeleteTable', 'UpdateTable', 'PartiQLSelect']) {
      expect(whoMay({ action: `dynamodb:${name}` })).toEqual([]);
    }
  });
});

describe('who may change an event', () => {
  it('is nobody, but for its mark', () => {
    expect(whoMay(update(TAG, ATTRIBUTE.doc))).toEqual([]);
    expect(whoMay(update(TAG, ATTRIBUTE.outboxAt, ATTRIBUTE.doc))).toEqual([]);
    expect(whoMay(update(TAG, ATTRIBUTE.feedAt))).toEqual([]);
  });

  it('is scan and deliver for the mark, and deliver alone for how delivery goes', () => {
    expect(whoMay(update(TAG, ATTRIBUTE.outboxAt, ATTRIBUTE.outboxShard))).toEqual([
      'scan',
      'deliver',
    ]);
    expect(whoMay(update(TAG, ATTRIBUTE.setAside))).toEqual(['deliver']);
    expect(whoMay(update(TAG, ATTRIBUTE.attempts, ATTRIBUTE.outboxAt))).toEqual(['deliver']);
  });

  it('updates nothing else', () => {
    expect(whoMay(update(KEY.state('a:b').pk, ATTRIBUTE.outboxAt))).toEqual([]);
    expect(whoMay(update(KEY.watches(1), ATTRIBUTE.outboxAt))).toEqual([]);
  });
});

describe('who may look', () => {
  const query = (name: string, key: string): Request => ({
    action: 'dynamodb:Query',
    resource: index(name),
    keys: [key],
  });

  it.each([
    ['at what is pending', query(INDEX.pending, INDEX_KEY.pending(3)), ['dispatch', 'history']],
    [
      'at the tags of a repository',
      query(INDEX.repository, INDEX_KEY.repository('docker.io/library/alpine')),
      ['dispatch', 'scan', 'history'],
    ],
    ['at the feed', query(INDEX.feed, INDEX_KEY.feed('2026-01-01', 1)), ['history']],
    ['at what is marked', query(INDEX.outbox, INDEX_KEY.outbox(1)), ['deliver', 'history']],
    ['at the marks of a tag', query(INDEX.marks, TAG), ['deliver', 'history']],
    [
      'at a policy',
      { ...batch(KEY.policy('p').pk), action: 'dynamodb:BatchGetItem' },
      ['scan', 'history'],
    ],
  ])('%s', (_what, request, expected) => {
    expect(whoMay(request)).toEqual(expected);
  });

  it('reads credentials only to scan', () => {
    expect(whoMay({ action: 'secretsmanager:GetSecretValue' })).toEqual(['scan']);
    expect(whoMay({ action: 'secretsmanager:PutSecretValue' })).toEqual([]);
  });
});

describe('who may call', () => {
  it('sends jobs to dispatch and scan alone, and lets scan alone take them', () => {
    const [[queue = ''] = []] = stack
      .of('AWS::SQS::Queue')
      .filter(([, { Properties }]) => Properties.RedrivePolicy !== undefined);
    const resource = { 'Fn::GetAtt': [queue, 'Arn'] };
    expect(whoMay({ action: 'sqs:SendMessage', resource })).toEqual(['dispatch', 'scan']);
    expect(whoMay({ action: 'sqs:ReceiveMessage', resource })).toEqual(['scan']);
    expect(whoMay({ action: 'sqs:DeleteMessage', resource })).toEqual(['scan']);
    expect(whoMay({ action: 'sqs:PurgeQueue' })).toEqual([]);
  });

  it('invokes no function from another', () => {
    expect(whoMay({ action: 'lambda:InvokeFunction' })).toEqual([]);
  });

  it('reads one object of the assets, the watch list, to apply it', () => {
    expect(whoMay({ action: 's3:GetObject' })).toEqual(['apply']);
    const resources = JSON.stringify(policies.get('apply')?.statements);
    expect(resources).toMatch(/\/[0-9a-z.-]+\.json"/);
    expect(resources).not.toContain('/*"');
  });

  it('asks ECR for nothing unless the watch list has repositories there', () => {
    expect(whoMay({ action: 'ecr:BatchGetImage' })).toEqual([]);
    expect(whoMay({ action: 'ecr:GetAuthorizationToken' })).toEqual([]);
  });
});

describe('the table of the documentation', () => {
  const text = readFileSync(join(import.meta.dirname, '../../docs/architecture.md'), 'utf8');
  const code = (keys: readonly string[] = []) => keys.map((key) => `\`${key}\``).join(' ');

  it.each(Object.entries<Permissions>(PERMISSIONS))('says what %s may do', (name, permissions) => {
    const { read, indexes = {}, put: puts, batchWrite, update: updates } = permissions;
    const rows = Object.entries(indexes).map(([index, keys]) => `${index} ${code(keys)}`);
    const attributes = updates?.attributes.filter((each) => !['pk', 'sk'].includes(each));
    const changed = updates === undefined ? '' : `${code(updates.keys)}: ${attributes?.join(', ')}`;
    const handler = name === 'refreshTrust' ? 'refresh-trust' : name;
    const cells = [handler, code(read), rows.join(', '), code(puts), code(batchWrite), changed];
    expect(text).toContain(`| ${cells.join(' | ')} |\n`);
  });
});
