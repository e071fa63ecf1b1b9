import type { Synthesised } from './support.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface Request {
  readonly action: string;
  /** As the template has it; any resource when it is left out. */
  readonly resource?: unknown;
  /** Partition keys; of a query on an index, the index's. */
  readonly keys?: readonly string[];
  readonly attributes?: readonly string[];
}

/** Everything that the role of a function is allowed, as IAM would decide it of these statements. */
export class Policy {
  readonly statements: readonly Statement[];

  constructor(synthesised: Synthesised, handler: string) {
    const [role] = synthesised.functionOf(handler).Properties.Role['Fn::GetAtt'];
    this.statements = synthesised
      .of('AWS::IAM::Policy')
      .filter(([, { Properties }]) =>
        Properties.Roles.some((each: { Ref: string }) => each.Ref === role),
      )
      .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
    const managed = synthesised.resources[role]?.Properties.ManagedPolicyArns;
    if (managed !== undefined) throw new Error(`${handler} has managed policies`);
  }

  allows(request: Request): boolean {
    return this.statements.some((statement) => permits(statement, request));
  }
}

function permits(statement: Statement, { action, resource, keys, attributes }: Request): boolean {
  const { Effect, Action, Resource, Condition = {} } = statement;
  if (Effect !== 'Allow' || ![Action].flat().some((each) => matches(each, action))) return false;
  const resources = Array.isArray(Resource) ? Resource : [Resource];
  if (resource !== undefined && !resources.some((each) => isResource(each, resource))) return false;
  const leading = Condition['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'];
  if (!allIn(keys, leading, matches)) return false;
  const allowed = Condition['ForAllValues:StringEquals']?.['dynamodb:Attributes'];
  return allIn(attributes, allowed, (pattern, value) => pattern === value);
}

/** `ForAllValues`: without a condition everything, without values too. */
function allIn(
  values: readonly string[] | undefined,
  allowed: unknown,
  test: (pattern: string, value: string) => boolean,
): boolean {
  if (allowed === undefined || values === undefined) return true;
  return values.every((value) => (allowed as string[]).some((pattern) => test(pattern, value)));
}

function isResource(pattern: unknown, resource: unknown): boolean {
  return pattern === '*' || JSON.stringify(pattern) === JSON.stringify(resource);
}

/** `StringLike`: `*` is any text. */
function matches(pattern: string, value: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(value);
}
