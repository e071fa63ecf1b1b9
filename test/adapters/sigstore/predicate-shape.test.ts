import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { requirePredicateOf } from '../../../lambda/adapters/sigstore/predicate-shape.ts';

const PROVENANCE = join(import.meta.dirname, '../../fixtures/provenance/slsa-v0.2.json');
const good = JSON.parse(readFileSync(PROVENANCE, 'utf8'));

const of = (alias: string, predicate: unknown) => () =>
  requirePredicateOf(alias, predicate as never);
const startedOn = (buildStartedOn: unknown) => ({ ...good, metadata: { buildStartedOn } });

describe('a predicate that cosign decodes', () => {
  it.each([
    ['slsaprovenance', good],
    ['slsaprovenance', {}],
    ['slsaprovenance', { builder: null, materials: [null], metadata: null }],
    ['slsaprovenance', { invocation: { parameters: 1, environment: [] }, buildConfig: 'any' }],
    ['slsaprovenance', { somethingNew: { builder: 1 } }],
    ['slsaprovenance', startedOn('2024-02-29T23:59:59.999999999+23:59')],
    ['link', { name: 'a', command: ['make'], products: { a: { sha256: '00' } }, byproducts: {} }],
    ['vuln', { scanner: { uri: 'a', result: [1] }, metadata: { scanStartedOn: null } }],
    ['slsaprovenance', undefined],
  ])('takes of %s: %j', (alias, predicate) => {
    expect(of(alias, predicate)).not.toThrow();
  });

  it.each([
    ['slsaprovenance', { builder: 'me' }, '$.predicate.builder is no object'],
    ['slsaprovenance', { BUILDER: { Id: 1 } }, '$.predicate.BUILDER.Id is no text'],
    ['slsaprovenance', { buildType: {} }, '$.predicate.buildType is no text'],
    ['slsaprovenance', { materials: {} }, '$.predicate.materials is no list'],
    ['slsaprovenance', { materials: [{ digest: { sha1: 1 } }] }, 'materials[0].digest.sha1'],
    ['slsaprovenance', { metadata: { reproducible: 'no' } }, 'reproducible is no truth'],
    ['slsaprovenance', startedOn('yesterday'), 'buildStartedOn is no time'],
    ['slsaprovenance', startedOn('2026-02-29T00:00:00Z'), 'is no time'],
    ['slsaprovenance', startedOn('2026-13-01T00:00:00Z'), 'is no time'],
    ['slsaprovenance', startedOn('2026-01-01T24:00:00Z'), 'is no time'],
    ['slsaprovenance', startedOn('2026-01-01T00:00:00'), 'is no time'],
    ['slsaprovenance', startedOn(5), 'is no time'],
    ['link', { command: 'make' }, '$.predicate.command is no list'],
    ['link', { products: { a: { sha256: 1 } } }, '$.predicate.products.a.sha256 is no text'],
    ['vuln', { invocation: { 'builder.id': 1 } }, 'builder.id is no text'],
    ['vuln', { metadata: { scanFinishedOn: '' } }, 'scanFinishedOn is no time'],
  ])('refuses of %s: %j', (alias, predicate, problem) => {
    expect(of(alias, predicate)).toThrow(problem);
  });

  it.each(['slsaprovenance02', 'slsaprovenance1', 'https://slsa.dev/provenance/v0.2', 'toString'])(
    'is not looked into when it is called %s',
    (alias) => {
      expect(of(alias, { builder: 'me' })).not.toThrow();
    },
  );
});
