import { X509Certificate } from 'node:crypto';
import { parseRegistry } from '../reference.ts';
import type { RegistrySettings } from '../watch.ts';
import { type Compilation, listOf } from './compilation.ts';
import { readPem } from './pem.ts';
import type { Path } from './problem.ts';
import type { RegistryInput } from './schema.ts';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

export function compileRegistries(compilation: Compilation, section: unknown): RegistrySettings[] {
  const seen = new Map<string, Path>();
  return listOf(section).flatMap((value, index) => {
    const path = ['registries', index];
    if (!compilation.isSound(path)) return [];
    const input = value as RegistryInput;
    const host = parseRegistry(input.host);
    const first = seen.get(host);
    if (first !== undefined) {
      compilation.report(
        [...path, 'host'],
        `found ${host} again, expected each registry once: line ${compilation.lineOf(first)} has it`,
      );
    }
    seen.set(host, path);
    return [compileRegistry(compilation, input, host, path)];
  });
}

function compileRegistry(
  compilation: Compilation,
  input: RegistryInput,
  host: string,
  path: Path,
): RegistrySettings {
  const { allowPrivate = false, plainHttp = false, tokenHosts } = input;
  const settings: RegistrySettings = {
    host,
    allowPrivate,
    plainHttp,
    ...(tokenHosts === undefined ? {} : { tokenHosts: tokenHosts.map(parseRegistry) }),
  };
  if (input.ca === undefined) return settings;
  const at = [...path, 'ca'];
  if (plainHttp) {
    compilation.report(
      at,
      'found it with plainHttp, expected one of them: http has no certificate',
    );
  }
  const ca = compileAuthorities(compilation, input.ca, at);
  return { ...settings, ...(ca === undefined ? {} : { ca }) };
}

function compileAuthorities(
  compilation: Compilation,
  value: string,
  path: Path,
): string | undefined {
  const pem = readPem(compilation, value, path);
  if (pem === undefined) return undefined;
  const certificates = pem.text.match(CERTIFICATE) ?? [];
  if (certificates.length > 0 && certificates.every(isCertificate)) return certificates.join('\n');
  compilation.report(
    path,
    `found no valid certificate in ${JSON.stringify(pem.source)}, expected PEM blocks "CERTIFICATE"`,
  );
  return undefined;
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
