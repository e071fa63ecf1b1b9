import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { TagwardenStack, type TagwardenStackProps } from '../../lib/tagwarden-stack.ts';

export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: what CloudFormation has there is the test's to know
  readonly Properties: any;
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

const folder = mkdtempSync(join(tmpdir(), 'tagwarden-stack-'));
afterAll(() => rmSync(folder, { recursive: true }));
const WATCHLIST = { path: join(folder, 'watchlist.json'), hash: 'hash-of-the-list' };
writeFileSync(WATCHLIST.path, '{}');

/** Without bundles, which take long and have tests of their own, and without the rules that `cdk synth` applies. */
export function anApp(): App {
  return new App({
    context: { 'aws:cdk:bundling-stacks': [], 'aws:cdk:disable-asset-staging': true },
    outdir: mkdtempSync(join(folder, 'out-')),
    builtinCloudFormationValidation: false,
  });
}

/** A stack as the CDK would deploy it. */
export class Synthesised {
  readonly stack: TagwardenStack;
  readonly template: Template;

  constructor(props: Partial<TagwardenStackProps> = {}) {
    this.stack = new TagwardenStack(anApp(), 'Tagwarden', { watchlist: WATCHLIST, ...props });
    this.template = Template.fromStack(this.stack);
  }

  get resources(): Readonly<Record<string, Resource>> {
    return this.template.toJSON().Resources;
  }

  /** Logical ids and resources of a type. */
  of(type: string): (readonly [id: string, resource: Resource])[] {
    return Object.entries(this.resources).filter(([, { Type }]) => Type === type);
  }

  /** The function of a handler, by the file's name. */
  functionOf(handler: string): Resource {
    return this.resources[this.idOf(handler)] as Resource;
  }

  idOf(handler: string): string {
    const known: Readonly<Record<string, string>> = {
      dispatch: 'DispatcherDispatchFunction',
      scan: 'ScannerScanFunction',
      deliver: 'DelivererDeliverFunction',
      apply: 'ApplierApplyFunction',
      history: 'HistoryFunction',
      'refresh-trust': 'TrustRefresherRefreshFunction',
    };
    const prefix = known[handler] ?? handler;
    const found = this.of('AWS::Lambda::Function').find(([id]) => id.startsWith(prefix));
    if (found === undefined) throw new Error(`no function ${handler}`);
    return found[0];
  }
}

export const HANDLERS = ['dispatch', 'scan', 'deliver', 'apply', 'history', 'refresh-trust'];
