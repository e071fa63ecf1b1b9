// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal.
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+/g;
const LONGEST = 200;

/**
 * The first line of what a registry says, fit for a log and a terminal: a hostile registry could
 * send escape sequences there, or echo the credentials it was given.
 */
export function redact(text: string, secrets: readonly string[] = []): string {
  const line =
    text
      .slice(0, 10 * LONGEST)
      .trimStart()
      .split(/[\r\n]/, 1)[0] ?? '';
  const hidden = secrets
    // Leaving out what is shorter would rather tell it.
    .filter((secret) => secret.length >= 6)
    .reduce((shown, secret) => shown.replaceAll(secret, '…'), line);
  const clean = hidden
    .replace(UNPRINTABLE, ' ')
    .replace(/\b(bearer|basic)\s+[\w+/=.~-]+/gi, '$1 …')
    .replace(/\beyJ[\w-]+\.[\w-]*(?:\.[\w-]*)?/g, '…')
    .replace(/(\w+:\/\/)[^\s/@]*@/g, '$1')
    .replace(/(\w+:\/\/[^\s?]+)\?[^\s]*/g, '$1?…')
    .replace(/\s+/g, ' ')
    .trim();
  return clean.length > LONGEST ? `${clean.slice(0, LONGEST)}…` : clean;
}
