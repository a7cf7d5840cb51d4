import { gzipSync } from 'node:zlib';

const BLOCK = 512;

/** A `.tar.gz` (POSIX ustar) of files. */
export function tarGz(files: Readonly<Record<string, Uint8Array>>): Buffer {
  const entries = Object.entries(files).flatMap(([name, bytes]) => {
    const header = Buffer.alloc(BLOCK);
    header.write(name, 0, 'latin1');
    header.write('0000644\0', 100, 'latin1');
    header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
    header.write('        0', 148, 'latin1');
    header.write('ustar\x0000', 257, 'latin1');
    const checksum = header.reduce((sum, byte) => sum + byte, 0);
    header.write(`${checksum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    return [header, bytes, Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK)];
  });
  return gzipSync(Buffer.concat([...entries, Buffer.alloc(2 * BLOCK)]));
}
