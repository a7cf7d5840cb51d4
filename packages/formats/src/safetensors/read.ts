import { UserError } from '@winnow/arithmetic';
import { headerOf, type Part, shown } from './header.js';
import type { Tensor, TensorFile } from './tensor.js';

/**
 * Reads a safetensors file without trusting it: every length is checked before it is used, the tensors' parts must lie
 * side by side and fill the file, and no more memory is taken than the file has bytes. Values are copied out.
 *
 * @param file what to call the file in messages
 * @throws UserError for anything but a whole file of F32, I32 and U8 tensors
 */
export function readSafetensors(bytes: Uint8Array, file: string): TensorFile {
  const fail = (reason: string): never => {
    throw new UserError(`${file} is no whole safetensors file: ${reason}. Fetch it or make it again.`);
  };
  const { parts, metadata, dataStart } = headerOf(bytes, fail);
  requireFilled(parts, bytes.length - dataStart, fail);
  // A plain view: Node's Buffer, which reading a file gives, has a slice of its own that does not copy.
  const data = new Uint8Array(bytes.buffer, bytes.byteOffset + dataStart, bytes.length - dataStart);
  const tensors = new Map(parts.map((part) => [part.name, tensorOf(part, data)]));
  return { tensors, metadata };
}

/** Each part begins where the one before ends, and the last ends with the file: no hole, no overlap, nothing left. */
function requireFilled(parts: readonly Part[], dataBytes: number, fail: (reason: string) => never): void {
  let filled = 0;
  for (const { name, begin, end } of parts.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== filled) fail(`tensor ${shown(name)} begins at byte ${begin} of the data where ${filled} is expected`);
    filled = end;
  }
  if (filled !== dataBytes) fail(`its tensors take ${filled} bytes and ${dataBytes} are there`);
}

function tensorOf({ dtype, shape, begin, end }: Part, data: Uint8Array): Tensor {
  const { buffer } = data.slice(begin, end);
  switch (dtype) {
    case 'F32':
      return { dtype, shape, data: new Float32Array(buffer) };
    case 'I32':
      return { dtype, shape, data: new Int32Array(buffer) };
    case 'U8':
      return { dtype, shape, data: new Uint8Array(buffer) };
  }
}
