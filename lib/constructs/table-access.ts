import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';

/** What one function may do with which items: patterns of partition keys, `*` for any text. */
export interface Permissions {
  /** Get, batch get and query. */
  readonly read?: readonly string[];
  /** Put, whole items only. */
  readonly put?: readonly string[];
  /** Put and delete in batches: IAM does not tell the two apart. */
  readonly batchWrite?: readonly string[];
  /** Update, of these attributes and no others. */
  readonly update?: { readonly keys: readonly string[]; readonly attributes: readonly string[] };
  /** Query of indexes, by their name; the patterns are of the index's own partition key. */
  readonly indexes?: Readonly<Record<string, readonly string[]>>;
}

/**
 * Grants on the table by partition key. Attack: a function that talks to hostile registries is taken
 * over, and writes watches, policies or trusted roots, or rewrites what was told.
 */
export class TableAccess {
  readonly #table: dynamodb.ITable;

  constructor(table: dynamodb.ITable) {
    this.#table = table;
  }

  grant(grantee: iam.IGrantable, permissions: Permissions): void {
    const { read = [], put = [], batchWrite = [], update, indexes = {} } = permissions;
    const items = this.#table.tableArn;
    const allow = (statement: iam.PolicyStatement | undefined) => {
      if (statement !== undefined) grantee.grantPrincipal.addToPrincipalPolicy(statement);
    };
    allow(on(items, ['GetItem', 'BatchGetItem', 'Query'], read));
    allow(on(items, ['PutItem'], put));
    allow(on(items, ['BatchWriteItem'], batchWrite));
    if (update !== undefined) allow(updating(items, update));
    for (const [name, keys] of Object.entries(indexes)) {
      allow(on(`${items}/index/${name}`, ['Query'], keys));
    }
    this.#table.encryptionKey?.grantEncryptDecrypt(grantee);
  }
}

function on(
  resource: string,
  actions: readonly string[],
  keys: readonly string[],
): iam.PolicyStatement | undefined {
  if (keys.length === 0) return undefined;
  return new iam.PolicyStatement({
    actions: actions.map((action) => `dynamodb:${action}`),
    resources: [resource],
    conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [...keys] } },
  });
}

/** `ReturnValues` would otherwise show the attributes that may not be read or written. */
function updating(
  resource: string,
  { keys, attributes }: NonNullable<Permissions['update']>,
): iam.PolicyStatement {
  return new iam.PolicyStatement({
    actions: ['dynamodb:UpdateItem'],
    resources: [resource],
    conditions: {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [...keys] },
      'ForAllValues:StringEquals': { 'dynamodb:Attributes': [...attributes] },
      StringEqualsIfExists: { 'dynamodb:ReturnValues': ['NONE', 'UPDATED_OLD', 'UPDATED_NEW'] },
    },
  });
}
