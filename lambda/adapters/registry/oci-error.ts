/** The first of the errors in an OCI error body. */
export interface OciError {
  readonly code: string;
  readonly message: string;
}

const CODE = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * Parses `{"errors": [{"code", "message"}]}` (distribution-spec, "Error Codes"). Undefined for
 * anything else: a page of a proxy, a load balancer or a login form is not the registry's word.
 */
export function parseOciError(body: Uint8Array): OciError | undefined {
  const first = firstError(body);
  if (typeof first !== 'object' || first === null) return undefined;
  const { code, message, detail } = first as Record<string, unknown>;
  if (typeof code !== 'string' || !CODE.test(code)) return undefined;
  const said = [message, detail].find((text) => typeof text === 'string' && text !== '');
  return { code: code.toUpperCase(), message: typeof said === 'string' ? said : '' };
}

function firstError(body: Uint8Array): unknown {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(body).toString());
    const { errors } = (parsed ?? {}) as { errors?: unknown };
    return Array.isArray(errors) ? errors[0] : undefined;
  } catch {
    return undefined;
  }
}
