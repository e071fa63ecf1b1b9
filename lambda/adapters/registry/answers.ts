import type { Denied, Missing } from '../../application/ports.ts';
import { type Duration, HOUR } from '../../domain/time.ts';
import { readBody } from './body.ts';
import { RegistryError, type RegistryErrorCode } from './errors.ts';
import { type OciError, parseOciError } from './oci-error.ts';
import { isUsedUp, readQuota } from './quota.ts';
import { redact } from './redact.ts';
import { type Ask, asked, type Reply, type Requester } from './requester.ts';
import { parseRetryAfter } from './retry-after.ts';

interface Refusal {
  readonly status: number;
  readonly oci: OciError | undefined;
  /** What was asked and what came back, for a person. */
  readonly happened: string;
  readonly body: string;
}

/**
 * What an answer other than success means: not there, not allowed, or nothing could be found out.
 *
 * @throws {RegistryError}
 */
export async function judge(
  requester: Requester,
  ask: Ask,
  reply: Reply,
): Promise<Missing | Denied> {
  const { limits, now } = requester;
  const refusal = await read(ask, reply, limits.errorBytes);
  const { status, oci, happened } = refusal;
  // GHCR says MANIFEST_UNKNOWN of what is there, but is not accepted: no word about the tag.
  if (status === 404 && /accept header/i.test(oci?.message ?? '')) {
    throw new RegistryError('NOT_ACCEPTED', happened);
  }
  if (status === 404 || status === 410) {
    const detail = oci === undefined ? `${happened}, which is no answer of a registry` : happened;
    return { kind: 'missing', oci: oci !== undefined, code: oci?.code ?? `HTTP_${status}`, detail };
  }
  const isDenial = status === 401 || status === 403 || status === 451;
  // Storage that a redirect led to says 403 when a signed URL is worn out: that is not the registry's word.
  if (isDenial && (reply.place.site.own || oci !== undefined)) {
    const detail = `${happened}: log in, or check the name; it may be gone or private`;
    return { kind: 'denied', status, code: oci?.code ?? nameOf(status), detail };
  }
  const error = failure(refusal, reply, now());
  if (error.code === 'QUOTA') requester.usedUp(ask.site.registry, error.retryAfter ?? HOUR);
  throw error;
}

async function read(ask: Ask, reply: Reply, errorBytes: number): Promise<Refusal> {
  const { status, place, secrets } = reply;
  // The connection may break, and the body be too long: the status has been said anyhow.
  const bytes = await readBody(reply, errorBytes, asked(ask)).catch(() => new Uint8Array());
  const oci = parseOciError(bytes);
  const body = Buffer.from(bytes).toString();
  const said = redact(oci?.message ?? (isText(reply) ? body : ''), secrets);
  const where = place.site.own ? '' : ` (redirected to ${place.site.registry})`;
  const words = [status, oci?.code, said === '' ? '' : `(${said})`].filter(Boolean).join(' ');
  return { status, oci, body, happened: `${asked(ask)}${where} answered ${words}` };
}

function isText({ headers }: Reply): boolean {
  return String(headers['content-type'] ?? '').startsWith('text/plain');
}

function nameOf(status: number): string {
  return status === 401 ? 'UNAUTHORIZED' : 'DENIED';
}

function failure(refusal: Refusal, { headers }: Reply, now: number): RegistryError {
  const { status, happened, body } = refusal;
  const retryAfter = parseRetryAfter(headers['retry-after'], body, now);
  if (status === 429 && isUsedUp(headers, body)) {
    return new RegistryError('QUOTA', happened, {
      retryAfter: retryAfter ?? quotaWindow(headers, now),
    });
  }
  if (status === 429 || (status === 503 && retryAfter !== undefined)) {
    return new RegistryError('THROTTLED', happened, { retryAfter });
  }
  return new RegistryError(codeOf(status), happened);
}

function quotaWindow(headers: Reply['headers'], now: number): Duration {
  return readQuota(headers, now)?.window ?? HOUR;
}

function codeOf(status: number): RegistryErrorCode {
  return status >= 500 || status === 408 || status === 425 ? 'SERVER_ERROR' : 'PROTOCOL';
}
