import { RunError } from './errors.js';
import { Sha256 } from './sha256.js';

/**
 * SHA-256 over the bytes of the parts, one after the other, as 64 hexadecimal digits. Numbers of more than a byte count
 * in little-endian order, so a digest names the same values everywhere.
 *
 * @throws RunError on a big-endian machine, of which none runs a supported JavaScript engine
 */
export function digestOf(parts: readonly ArrayBufferView[]): string {
  requireLittleEndian();
  const hash = new Sha256();
  for (const part of parts) hash.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
  return hash.hex();
}

/** Files and digests here are read straight from memory, which is right only if its lowest byte comes first. */
function requireLittleEndian(): void {
  if (new Uint8Array(Uint32Array.of(1).buffer)[0] === 1) return;
  throw new RunError('This machine stores numbers with the highest byte first, which is not supported.');
}
