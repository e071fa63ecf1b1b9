import { fold } from './envelope.ts';
import { isJsonObject, type Json } from './json.ts';
import { Refusal } from './refusal.ts';

/** A Go type, as far as it decides whether encoding/json takes a document. */
type GoType =
  | 'any'
  | 'text'
  | 'truth'
  | 'time'
  | { readonly list: GoType }
  | { readonly map: GoType }
  | { readonly fields: Readonly<Record<string, GoType>> };

const DIGESTS: GoType = { map: 'text' };

/** in-toto-golang, `slsa_provenance/v0.2`, ProvenancePredicate. */
const SLSA02: GoType = {
  fields: {
    builder: { fields: { id: 'text' } },
    buildType: 'text',
    invocation: {
      fields: { configSource: { fields: { uri: 'text', digest: DIGESTS, entryPoint: 'text' } } },
    },
    metadata: {
      fields: {
        buildInvocationID: 'text',
        buildStartedOn: 'time',
        buildFinishedOn: 'time',
        completeness: { fields: { parameters: 'truth', environment: 'truth', materials: 'truth' } },
        reproducible: 'truth',
      },
    },
    materials: { list: { fields: { uri: 'text', digest: DIGESTS } } },
  },
};

/** in-toto-golang, Link. */
const LINK: GoType = {
  fields: {
    _type: 'text',
    name: 'text',
    materials: { map: DIGESTS },
    products: { map: DIGESTS },
    byproducts: { map: 'any' },
    command: { list: 'text' },
    environment: { map: 'any' },
  },
};

/** cosign, CosignVulnPredicate. */
const VULN: GoType = {
  fields: {
    invocation: { fields: { uri: 'text', event_id: 'text', 'builder.id': 'text' } },
    scanner: {
      fields: { uri: 'text', version: 'text', db: { fields: { uri: 'text', version: 'text' } } },
    },
    metadata: { fields: { scanStartedOn: 'time', scanFinishedOn: 'time' } },
  },
};

/** By what the user calls the type: with the URI in its place cosign does not look at the predicate. */
const BY_ALIAS: Readonly<Record<string, GoType>> = {
  slsaprovenance: SLSA02,
  link: LINK,
  vuln: VULN,
};

/**
 * cosign 3.1.3 decodes the predicates of these types before it says yes, and gives up on the whole
 * image when one of them does not decode (`AttestationToPayloadJSON`).
 *
 * @throws {Refusal}
 */
export function requirePredicateOf(alias: string, predicate: Json | undefined): void {
  const type = Object.hasOwn(BY_ALIAS, alias) ? BY_ALIAS[alias] : undefined;
  if (type !== undefined && predicate !== undefined) check(predicate, type, '$.predicate');
}

/** As encoding/json: null is always taken, names match in any case, unknown ones are skipped. */
function check(value: Json, type: GoType, path: string): void {
  if (value === null || type === 'any') return;
  if (typeof type === 'string') {
    if (!isOf(value, type)) throw new Refusal(`${path} is no ${type}`);
    return;
  }
  if ('list' in type) {
    if (!Array.isArray(value)) throw new Refusal(`${path} is no list`);
    value.forEach((item: Json, index) => void check(item, type.list, `${path}[${index}]`));
    return;
  }
  if (!isJsonObject(value)) throw new Refusal(`${path} is no object`);
  const fields = 'fields' in type ? Object.entries(type.fields) : [];
  for (const [name, item] of Object.entries(value)) {
    const field = fields.find(([known]) => fold(known) === fold(name))?.[1] ?? 'any';
    check(item, 'map' in type ? type.map : field, `${path}.${name.slice(0, 80)}`);
  }
}

function isOf(value: Json, type: 'text' | 'truth' | 'time'): boolean {
  if (type === 'truth') return typeof value === 'boolean';
  return typeof value === 'string' && (type === 'text' || isTime(value));
}

const TIME =
  /^(\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** RFC 3339, of a day that there is. */
function isTime(text: string): boolean {
  const [, day] = TIME.exec(text) ?? [];
  if (day === undefined) return false;
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}
