import { inflateRawSync } from 'node:zlib';

/** What one array may unpack to: more than any data set that fits into memory as bytes. */
const LARGEST = 2 ** 31 - 1;
const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;

/**
 * The files of a ZIP archive, by name, unpacked when they are asked for: stored or deflated, as NumPy writes `.npz`.
 * @throws RangeError with a sentence about the file, here or when a file is unpacked, if it is damaged or of another kind
 */
export function readZip(file: Uint8Array): ReadonlyMap<string, () => Uint8Array> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const end = endOf(view);
  const count = view.getUint16(end + 10, true);
  const files = new Map<string, () => Uint8Array>();
  let at = view.getUint32(end + 16, true);
  for (let entry = 0; entry < count; entry++) {
    requireAt(view, at, 46, CENTRAL);
    const method = view.getUint16(at + 10, true);
    const packed = view.getUint32(at + 20, true);
    const size = view.getUint32(at + 24, true);
    const nameLength = view.getUint16(at + 28, true);
    const local = view.getUint32(at + 42, true);
    const name = new TextDecoder().decode(file.subarray(at + 46, at + 46 + nameLength));
    files.set(name, () => unpacked(file, view, { name, method, packed, size, local }));
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return files;
}

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly packed: number;
  readonly size: number;
  readonly local: number;
}

function unpacked(file: Uint8Array, view: DataView, { name, method, packed, size, local }: Entry): Uint8Array {
  requireAt(view, local, 30, LOCAL);
  const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  if (start + packed > file.length || size > LARGEST) throw new RangeError(`is damaged: ${name} does not fit into it.`);
  const bytes = file.subarray(start, start + packed);
  if (method === 0 && packed === size) return bytes;
  if (method !== 8) throw new RangeError(`holds ${name} in a form that is not read (method ${method}).`);
  try {
    const values = inflateRawSync(bytes, { maxOutputLength: Math.max(1, size) });
    if (values.length === size) return values;
  } catch {
    // Said below.
  }
  throw new RangeError(`is damaged: ${name} cannot be unpacked.`);
}

/** The end record stands at the very end, before a comment. */
function endOf(view: DataView): number {
  for (let at = view.byteLength - 22; at >= Math.max(0, view.byteLength - 22 - 0xffff); at--) {
    if (view.getUint32(at, true) === END) return at;
  }
  throw new RangeError('is no .npz archive.');
}

function requireAt(view: DataView, at: number, bytes: number, magic: number): void {
  if (at + bytes <= view.byteLength && view.getUint32(at, true) === magic) return;
  throw new RangeError('is a damaged .npz archive.');
}
