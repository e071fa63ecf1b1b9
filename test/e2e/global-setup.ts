import { installPeers } from '../interop/peers.ts';
import { installEmulator } from './emulator/install.ts';

/** Runs once before the suite. */
export default function setup(): void {
  const emulator = installEmulator();
  const missing = [
    ...(typeof emulator === 'string' ? [] : [emulator.why]),
    ...(installPeers() ? [] : ['there is no Go on the PATH to build cosign and crane with']),
  ];
  if (missing.length === 0) return;
  process.stderr.write(`\ne2e: SKIPPED, because ${missing.join(', and ')}.\n\n`);
}
