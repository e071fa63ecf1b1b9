/** Reads a file below the watch list's folder; undefined when there is none. */
export type ReadFile = (relativePath: string) => Uint8Array | undefined;

export type FileResult =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly problem: string };

/**
 * Attack: a shared watch list that names `../../home/me/.docker/config.json` or `/etc/shadow`, to have
 * it read, reported about or stored. Only plain paths below the file's own folder are names.
 */
export function filePathProblem(path: string): string | undefined {
  const parts = path.split('/');
  const isPlain =
    path.length <= 500 &&
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be in a path
    !/[\\:\u0000-\u001f\u007f]/.test(path) &&
    parts.every((part) => part !== '' && part !== '..');
  return isPlain
    ? undefined
    : `found the file ${JSON.stringify(path.slice(0, 100))}, expected a path below the folder of the watch list, such as keys/acme.pub`;
}

/** The bytes of a file that the watch list names, at most `limit` of them. */
export function readBelow(readFile: ReadFile, path: string, limit: number): FileResult {
  const problem = filePathProblem(path);
  if (problem !== undefined) return { ok: false, problem };
  const quoted = JSON.stringify(path);
  let bytes: Uint8Array | undefined;
  try {
    bytes = readFile(path);
  } catch {
    return { ok: false, problem: `found the file ${quoted}, which cannot be read` };
  }
  if (bytes === undefined) {
    return { ok: false, problem: `found no file ${quoted} below the folder of the watch list` };
  }
  return bytes.length > limit
    ? { ok: false, problem: `found ${bytes.length} bytes in ${quoted}, expected at most ${limit}` }
    : { ok: true, bytes };
}
