import { unpackDebianRegistry } from './debian.ts';
import { installPeers } from './peers.ts';

/** Runs once before the suite. */
export default function setup(): void {
  if (installPeers()) {
    const why = unpackDebianRegistry();
    if (why === undefined) return;
    process.stderr.write(`\ninterop: docker-registry 2.8.2 is left out: ${why}\n\n`);
    return;
  }
  process.stderr.write(
    '\ninterop: SKIPPED. The peers (cosign, crane, distribution) are not installed, and there is no ' +
      'Go on the PATH to build them with: install Go (https://go.dev/dl) and run this again.\n\n',
  );
}
