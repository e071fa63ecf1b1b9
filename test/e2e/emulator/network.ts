import dns, { type LookupAddress, type LookupOptions } from 'node:dns';
import { readFileSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { isIP, Socket } from 'node:net';
import { join } from 'node:path';
import { FUNCTIONS_FOLDER, type Host, NETWORK_FILE } from './hosts.ts';

/*
 * Loaded into every function of the emulator before its own code. Deployed code refuses loopback
 * addresses, as it should; here a name resolves to an address of the table, and once the function
 * has approved of that, the connection is routed to a server on loopback. Beside those, only the
 * emulator itself can be reached.
 */

const LOOPBACK = '127.0.0.1';

type Found = string | LookupAddress[];
type Answer = (error: Error | null, found?: Found, family?: number) => void;
type Lookup = (hostname: string, options: LookupOptions, answer: Answer) => void;

interface Target {
  readonly host?: string;
  readonly port?: number | string;
  readonly lookup?: Lookup;
}

/** Read each time: a test may change it while the function lives. */
function hosts(): readonly Host[] {
  return JSON.parse(readFileSync(process.env[NETWORK_FILE] ?? '', 'utf8'));
}

function addressOf(hostname: string): string | undefined {
  if (isIP(hostname) !== 0) return hostname;
  if (hostname === 'localhost') return LOOPBACK;
  return hosts().find(({ name }) => name === hostname)?.address;
}

/** As `dns.lookup`. */
function resolve(hostname: string, options: LookupOptions, answer: Answer): void {
  const address = addressOf(hostname);
  process.nextTick(() => {
    if (address === undefined) answer(failure('ENOTFOUND', hostname));
    else if (options.all === true) answer(null, [{ address, family: isIP(address) }]);
    else answer(null, address, isIP(address));
  });
}

function failure(code: string, host: string): Error {
  return Object.assign(new Error(`${code} ${host}`), { code });
}

/** Where a connection really goes, after the look-up of the code that makes it has had its say. */
function routed(target: Target): Target {
  const { host = LOOPBACK, lookup = resolve } = target;
  const route = hosts().find(
    ({ name, address, port }) => [name, address].includes(host) && port === Number(target.port),
  );
  if (host === LOOPBACK) return target;
  return {
    ...target,
    port: route?.to ?? target.port ?? '',
    host: isIP(host) === 0 ? host : 'a-literal-address',
    lookup: (_, options, answer) =>
      (isIP(host) === 0 ? lookup : resolve)(host, { ...options, all: true }, (error, found) => {
        if (error !== null) answer(error);
        else if (route === undefined && !isLoopback(found)) answer(failure('ENETUNREACH', host));
        else if (options.all === true) answer(null, [{ address: LOOPBACK, family: 4 }]);
        else answer(null, LOOPBACK, 4);
      }),
  };
}

function isLoopback(found: Found | undefined): boolean {
  return Array.isArray(found) && found.every(({ address }) => address === LOOPBACK);
}

type Connect = (this: Socket, ...args: unknown[]) => Socket;
const connect = Socket.prototype.connect as Connect;

/** Node's own modules call it with an array that they have marked: it has to stay the same one. */
const routedConnect: Connect = function (...args) {
  const [first] = args;
  if (Array.isArray(first)) first[0] = routed(first[0]);
  else args[0] = routed(first as Target);
  return connect.apply(this, args);
};

Socket.prototype.connect = routedConnect as typeof Socket.prototype.connect;
Object.assign(dns, { lookup: resolve });
syncBuiltinESMExports();

/** A test can end a function in the middle of its work, and try what its role may do. */
const { env } = process;
const { [FUNCTIONS_FOLDER]: folder, AWS_LAMBDA_FUNCTION_NAME: name } = env;
if (folder !== undefined && name !== undefined) {
  const credentials = {
    accessKeyId: env.AWS_ACCESS_KEY_ID,
    secretAccessKey: env.AWS_SECRET_ACCESS_KEY,
    sessionToken: env.AWS_SESSION_TOKEN,
  };
  writeFileSync(join(folder, `${name}.${process.pid}`), JSON.stringify(credentials));
}
