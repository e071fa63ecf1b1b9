import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { OUTPUT } from '../lambda/contract/stack-outputs.ts';
import { describeTable } from '../lambda/contract/table-schema.ts';
import { EgressNetwork } from './constructs/egress-network.ts';
import { Tagwarden, type TagwardenProps } from './tagwarden.ts';

type Named = 'table' | 'registryCredentials' | 'vpc' | 'encryptionKey';

/** As {@link TagwardenProps}, with what exists already by its name. */
export interface TagwardenStackProps extends StackProps, Omit<TagwardenProps, Named> {
  /**
   * Name of a table that an earlier deployment left, or the ARN of its stream, which names both.
   *
   * @default - a new table
   */
  readonly table?: string;

  /**
   * ARN of a secret that holds a docker `config.json`.
   *
   * @default - a new secret
   */
  readonly registryCredentials?: string;

  /**
   * Id of the network that registries are asked from, or `new` for one with an address of its own.
   *
   * @default - none
   */
  readonly vpc?: string;

  /**
   * ARN of the key that everything is encrypted with, or `new` for one that stays with the table.
   *
   * @default - keys of AWS
   */
  readonly kmsKey?: string;
}

/** One {@link Tagwarden} in a stack of its own. */
export class TagwardenStack extends Stack {
  readonly tagwarden: Tagwarden;

  constructor(scope: Construct, id: string, props: TagwardenStackProps) {
    super(scope, id, props);
    const { table, registryCredentials, vpc, kmsKey, ...rest } = props;
    const { logRetention = logs.RetentionDays.THREE_MONTHS } = rest;
    const encryptionKey = kmsKey === undefined ? undefined : keyOf(this, kmsKey);
    // `Default` is no part of logical ids: what the first version deployed keeps its place.
    this.tagwarden = new Tagwarden(this, 'Default', {
      ...rest,
      logRetention,
      ...(encryptionKey && { encryptionKey }),
      ...(table && { table: tableOf(this, table, encryptionKey) }),
      ...(registryCredentials && { registryCredentials: secretOf(this, registryCredentials) }),
      ...(vpc && { vpc: networkOf(this, vpc, logRetention) }),
    });
  }
}

function keyOf(scope: Construct, key: string): kms.IKey {
  if (key !== 'new') return kms.Key.fromKeyArn(scope, 'Key', key);
  return new kms.Key(scope, 'Key', {
    description: 'Everything that Tagwarden remembers',
    enableKeyRotation: true,
    // What it encrypts stays too.
    removalPolicy: RemovalPolicy.RETAIN,
  });
}

/** A table of a deployment that had a key of its own can only be read with that key. */
function tableOf(
  scope: Construct,
  table: string,
  encryptionKey: kms.IKey | undefined,
): dynamodb.ITable {
  const [, tableArn] = /^(arn:.+)\/stream\/[^/]+$/.exec(table) ?? [];
  const { GlobalSecondaryIndexes, LocalSecondaryIndexes } = describeTable('');
  return dynamodb.Table.fromTableAttributes(scope, 'Adopted', {
    ...(tableArn === undefined ? { tableName: table } : { tableArn, tableStreamArn: table }),
    globalIndexes: GlobalSecondaryIndexes.map(({ IndexName }) => IndexName),
    localIndexes: LocalSecondaryIndexes.map(({ IndexName }) => IndexName),
    ...(encryptionKey && { encryptionKey }),
  });
}

function secretOf(scope: Construct, arn: string): secretsmanager.ISecret {
  return secretsmanager.Secret.fromSecretCompleteArn(scope, 'AdoptedCredentials', arn);
}

function networkOf(scope: Construct, vpc: string, logRetention: logs.RetentionDays): ec2.IVpc {
  if (vpc !== 'new') return ec2.Vpc.fromLookup(scope, 'Network', { vpcId: vpc });
  const network = new EgressNetwork(scope, 'Network', { logRetention });
  new CfnOutput(scope, OUTPUT.egressAddress, { value: network.address });
  return network.vpc;
}
