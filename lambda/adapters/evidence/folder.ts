import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Digest, digestOf } from '../../domain/digest.ts';
import { messageOf } from '../../domain/errors.ts';
import type { EvidenceDocument, FileId } from './document.ts';
import { evidenceSchema } from './document.ts';
import { EvidenceError } from './errors.ts';

const DOCUMENT = 'evidence.json';
const BYTES = 'bytes';
const DOCUMENT_LIMIT = 32 * 1024 * 1024;
/** Of all files together: what a verification may read, and the pages of listings. */
const TOTAL_LIMIT = 256 * 1024 * 1024;
const MOST_FILES = 20_000;

/** Everything of one verdict, in memory. */
export interface Evidence {
  readonly document: EvidenceDocument;
  readonly files: ReadonlyMap<FileId, Uint8Array>;
}

/** @throws {EvidenceError} unless the folder is empty or not there yet */
export async function requireEmpty(folder: string): Promise<void> {
  try {
    if ((await readdir(folder)).length === 0) return;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw new EvidenceError('EVIDENCE_UNREADABLE', `${folder}: ${messageOf(thrown)}`, thrown);
  }
  throw new EvidenceError('EVIDENCE_EXISTS', `${folder} is not empty: expected a new folder`);
}

/**
 * Writes evidence into a new folder; only its owner may read it. The document comes last: without
 * it there is no evidence.
 *
 * @returns the root: the hash of the document, which has the hashes of all files
 * @throws {EvidenceError}
 */
export async function writeEvidence(folder: string, evidence: Evidence): Promise<Digest> {
  const document = Buffer.from(`${JSON.stringify(evidence.document, null, 1)}\n`);
  requireWithin(document.length, evidence.document.files);
  await requireEmpty(folder);
  const options = { mode: 0o600, flag: 'wx' } as const;
  try {
    await mkdir(join(folder, BYTES), { recursive: true, mode: 0o700 });
    for (const [id, bytes] of evidence.files) {
      await writeFile(join(folder, BYTES, id), bytes, options);
    }
    await writeFile(join(folder, DOCUMENT), document, options);
  } catch (thrown) {
    throw new EvidenceError('EVIDENCE_UNREADABLE', `${folder}: ${messageOf(thrown)}`, thrown);
  }
  return digestOf(document);
}

/**
 * Reads evidence, and believes nothing but the root: the document must hash to it, every file to
 * its name in the document, and nothing else may lie in the folder. Names come from hashes alone.
 *
 * @throws {EvidenceError}
 */
export async function readEvidence(folder: string, root: Digest): Promise<Evidence> {
  const bytes = await readRegular(join(folder, DOCUMENT), DOCUMENT_LIMIT);
  const found = digestOf(bytes);
  if (found !== root) {
    throw new EvidenceError('NOT_EVIDENCE', `${DOCUMENT} hashes to ${found}, expected ${root}`);
  }
  const document = parse(bytes);
  requireWithin(bytes.length, document.files);
  await requireOnly(folder, [BYTES, DOCUMENT]);
  // Attack: a link in the place of the folder leads to files that somebody can still change.
  if (!(await lstat(join(folder, BYTES))).isDirectory()) {
    throw new EvidenceError('NOT_EVIDENCE', `${BYTES} is no folder`);
  }
  await requireOnly(join(folder, BYTES), Object.keys(document.files));
  const files = new Map<FileId, Uint8Array>();
  for (const [id, size] of Object.entries(document.files)) {
    files.set(id, await readFileOf(folder, id, size));
  }
  return { document, files };
}

async function readFileOf(folder: string, id: FileId, size: number): Promise<Uint8Array> {
  const bytes = await readRegular(join(folder, BYTES, id), size);
  if (bytes.length !== size || digestOf(bytes) !== `sha256:${id}`) {
    throw new EvidenceError('NOT_EVIDENCE', `${BYTES}/${id} does not hash to its name`);
  }
  return bytes;
}

/** Attacks: a link to another file, a device or pipe that never ends, more bytes than there were. */
async function readRegular(path: string, limit: number): Promise<Buffer> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  let file: Awaited<ReturnType<typeof open>>;
  try {
    file = await open(path, flags);
  } catch (thrown) {
    const code =
      (thrown as NodeJS.ErrnoException).code === 'ELOOP' ? 'NOT_EVIDENCE' : 'EVIDENCE_UNREADABLE';
    throw new EvidenceError(code, `${path}: ${messageOf(thrown)}`, thrown);
  }
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw new EvidenceError('NOT_EVIDENCE', `${path} is no file`);
    if (stat.size > limit) throw new EvidenceError('NOT_EVIDENCE', `${path} is too large`);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

async function requireOnly(folder: string, expected: readonly string[]): Promise<void> {
  const there = new Set(await readdir(folder));
  const added = [...there].find((name) => !expected.includes(name));
  if (added !== undefined) {
    throw new EvidenceError(
      'NOT_EVIDENCE',
      `${folder} has something more: ${JSON.stringify(added)}`,
    );
  }
  const missing = expected.find((name) => !there.has(name));
  if (missing !== undefined) {
    throw new EvidenceError('NOT_EVIDENCE', `${folder} lacks ${missing}`);
  }
}

function parse(bytes: Uint8Array): EvidenceDocument {
  const parsed = evidenceSchema.safeParse(readJson(bytes));
  if (parsed.success) return parsed.data as unknown as EvidenceDocument;
  const [issue] = parsed.error.issues;
  throw new EvidenceError(
    'EVIDENCE_UNREADABLE',
    `${DOCUMENT} is of another version: ${issue?.path.join('.')}: ${issue?.message}`,
  );
}

function readJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return undefined;
  }
}

function requireWithin(document: number, files: EvidenceDocument['files']): void {
  const sizes = Object.values(files);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (document <= DOCUMENT_LIMIT && total <= TOTAL_LIMIT && sizes.length <= MOST_FILES) return;
  throw new EvidenceError(
    'EVIDENCE_TOO_LARGE',
    `${sizes.length} files of ${total} bytes: at most ${MOST_FILES} of ${TOTAL_LIMIT} are kept`,
  );
}
