import type { Judgement } from '../judges.ts';

/** A way in which we differ from cosign 3.1.3 on purpose: never by accepting more. */
export interface Difference {
  readonly id: string;
  readonly why: string;
  /** Our exit codes. */
  readonly ours: readonly number[];
  /** What was changed. */
  readonly part: RegExp;
  /** What we said. */
  readonly problem: RegExp;
  /** A case that shows it. */
  readonly example: string;
}

const JSON_ONCE =
  'duplicate key|is not JSON|half a character|nested deeper|a member of another type or spelling';

/** What cosign accepts and we refuse. */
export const STRICTER: readonly Difference[] = [
  {
    id: 'unreadable registry',
    why:
      'a listing that is malformed, or names what is not there, is a fault and no content: ' +
      'cosign then looks no further, or elsewhere; here the verdict is inconclusive',
    ours: [75],
    part: /^(?:content|listing|(?:referrer|sig|att) manifest)$/,
    problem: /listing|listed|BLOB_UNKNOWN|MANIFEST_UNKNOWN|referrers/,
    example: '2026:1195',
  },
  {
    id: 'manifest with two readings',
    why:
      'a manifest that says a member twice or in another case, goes on after its end, or that ' +
      'others read differently carries no signature',
    ours: [1, 10],
    part: /^(?:content|(?:referrer|sig|att) manifest)$/,
    problem: new RegExp(
      `${JSON_ONCE}|is not an image manifest|a layer without a digest|no signature was found|no attestation`,
    ),
    example: '2026:769',
  },
  {
    id: 'annotation with two readings',
    why: 'the log entry or timestamp of a legacy signature says each member once, in its case',
    ours: [1, 12],
    part: /^(?:log entry|timestamp annotation)$/,
    problem: new RegExp(JSON_ONCE),
    example: '2026:892',
  },
  {
    id: 'certificate annotation with other text',
    why: 'PEM is what there is, and nothing before it or among it',
    ours: [1, 12],
    part: /^(?:certificate annotation|(?:sig|att) manifest)$/,
    problem: /PEM/,
    example: '2026:118',
  },
  {
    id: 'kind of a log entry',
    why: 'cosign ignores the kind that the bundle says beside the body; what contradicts is refused',
    ours: [1],
    part: /^referrer blob$/,
    problem: /log entry is (?:not one )?of kind/,
    example: '11:3135',
  },
  {
    id: 'body of a log entry',
    why:
      'a log writes canonical JSON: each member once, in its case, base64 without line breaks, ' +
      'one signature. cosign reads more, and of Rekor v2 nothing: it makes the entry anew',
    ours: [1, 10, 12],
    part: /^(?:log entry body|recorded (?:certificate|key)|signed log entry|referrer blob)$/,
    problem: new RegExp(
      `log entry is (?:not one of kind|of kind)|records another key|it lacks |log entry\\.spec|log entry.*(?:${JSON_ONCE})`,
    ),
    example: '2026:563',
  },
  {
    id: 'inclusion proof of a log entry',
    why:
      'the checkpoint is one note with the one signature of its log, and the proof is of its tree. ' +
      'cosign passes over signatures that it cannot read, and over size and root of a proof in Rekor v2',
    ours: [1],
    part: /^(?:referrer blob|checkpoint)$/,
    problem: /checkpoint (?:lacks|is)|the proof is of another/,
    example: '2026:1129',
  },
  {
    id: 'log entry that its log did not sign',
    why:
      'cosign passes over an entry whose signed entry timestamp does not verify, and takes an ' +
      'empty one for none; here every entry of a known log has to hold',
    ours: [1],
    part: /^(?:referrer blob|entry timestamp)$/,
    problem: /inclusion promise could not be verified|duplicate timestamp/,
    example: '11:335',
  },
  {
    id: 'signature annotation of an attestation',
    why: 'the signature of an attestation is in its envelope: the annotation is there, and empty',
    ours: [1],
    part: /^att manifest$/,
    problem: /lacks the empty signature annotation/,
    example: '11:2394',
  },
  {
    id: 'names in snake_case',
    why: 'protojson reads them; no signer writes them',
    ours: [1, 10],
    part: /^(?:referrer blob|(?:signed )?payload)$/,
    problem: /has the unknown field/,
    example: '11:1682',
  },
  {
    id: 'numbers in other forms',
    why: 'protojson reads "7.0" as a whole number; no signer writes it',
    ours: [1, 10],
    part: /^referrer blob$/,
    problem: /expected an integer/,
    example: '2026:479',
  },
  {
    id: 'envelope of a legacy attestation',
    why:
      'an envelope says each member once and has one signature; cosign takes the last of two, and ' +
      'one good signature among others',
    ours: [1],
    part: /^att blob$/,
    problem: /envelope (?:has a|does not have exactly one signature)/,
    example: '11:4154',
  },
  {
    id: 'statement',
    why:
      'a statement is small, and digests of its subjects are hexadecimal; cosign looks only at ' +
      'those that could be the image',
    ours: [1],
    part: /^(?:signed )?payload$/,
    problem: /of a subject is not hex|nested deeper/,
    example: '2026:s408',
  },
  {
    id: 'certificate of a signer',
    why:
      'authorities write DER: nothing after a value, keys and extensions as they are specified. ' +
      'Go reads a part of it and leaves the rest',
    ours: [1, 12],
    part: /^(?:signed )?certificate$/,
    problem: /certificate|Cannot read properties/,
    example: '2026:s399',
  },
  {
    id: 'timestamp',
    why:
      'a signed timestamp is DER to its end, in whole seconds, with each attribute once. Go reads ' +
      'a part of it and leaves the rest',
    ours: [1, 12],
    part: /^(?:signed )?timestamp$/,
    problem: /is not DER|unknown authority/,
    example: '2026:s25',
  },
  {
    id: 'trusted root',
    why:
      'a trusted root is read whole: one that has a malformed part is invalid. cosign reads what ' +
      'it needs for the signature at hand',
    ours: [65],
    part: /^(?:trusted root|root: .*)$/,
    problem: /invalid trusted root/,
    example: '2026:1177',
  },
  {
    id: 'authority of the trusted root',
    why:
      'certificates of an authority follow RFC 5280: their own signatures, key identifiers and ' +
      'usages hold. Go finds a path without some of them',
    ours: [1, 12],
    part: /^(?:trusted root|root: .*)$/,
    problem: /no valid certificate path|timestamp could not be verified/,
    example: '2026:830',
  },
];

/** What both refuse, with different exit codes. */
export const OTHER_CODES: readonly Difference[] = [
  {
    id: 'registry at fault',
    why: 'what is listed and cannot be had is a fault: 75, where cosign finds nothing or no match',
    ours: [75],
    part: /^(?:content|listing|(?:referrer|sig|att) manifest)$/,
    problem: /listing|listed|BLOB_UNKNOWN|MANIFEST_UNKNOWN|referrers/,
    example: '2026:896',
  },
  {
    id: 'invalid trusted root',
    why: 'a file that the user gave is invalid: 65, where cosign has one code for all errors',
    ours: [65],
    part: /^(?:trusted root|root: .*)$/,
    problem: /invalid trusted root/,
    example: '2026:1187',
  },
  {
    id: 'bundle that one of the two does not see',
    why:
      'a malformed body of a log entry hides a bundle (10), or breaks it (1): where cosign reads ' +
      'more of it, or less, than we do, the other code comes of it',
    ours: [1, 10],
    part: /^(?:log entry body|recorded (?:certificate|key)|signed log entry|referrer blob)$/,
    problem: /log entry/,
    example: '2026:1167',
  },
  {
    id: 'number that one of the two reads',
    why: 'protojson reads "7.0" as a whole number, and the bundle is refused for something else',
    ours: [10],
    part: /^referrer blob$/,
    problem: /expected an integer/,
    example: '2026:328',
  },
  {
    id: 'too many timestamps',
    why: 'cosign counts them only when it verifies them (1); such a bundle is not read here (10)',
    ours: [10],
    part: /^referrer blob$/,
    problem: /at most 32 are allowed/,
    example: '10:2069',
  },
  {
    id: 'manifest of legacy signatures',
    why: 'a manifest that cannot be read is no manifest without signatures: 1, where cosign has 10 or 12',
    ours: [1],
    part: /^sig manifest$/,
    problem: new RegExp(`${JSON_ONCE}|is not an image manifest|a layer without a digest`),
    example: '11:3666',
  },
];

/** The listed difference that this is; undefined where there is none, or an unwanted one. */
export function explain(
  part: string,
  { cosign, ours, problem }: Judgement,
): Difference | undefined {
  if (ours === 0 || ours === cosign) return undefined;
  const listed = cosign === 0 ? STRICTER : OTHER_CODES;
  return listed.find(
    (each) => each.ours.includes(ours) && each.part.test(part) && each.problem.test(problem),
  );
}
