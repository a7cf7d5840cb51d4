/** An array of NumPy, in row order. */
export interface NumpyArray {
  readonly shape: readonly number[];
  readonly values:
    | Uint8Array
    | Int8Array
    | Uint16Array
    | Int16Array
    | Uint32Array
    | Int32Array
    | BigUint64Array
    | BigInt64Array
    | Float32Array
    | Float64Array;
  /** As its header names it: '<f4', '|u1', … */
  readonly type: string;
}

const types = {
  '|u1': Uint8Array,
  '|b1': Uint8Array,
  '|i1': Int8Array,
  '<u2': Uint16Array,
  '<i2': Int16Array,
  '<u4': Uint32Array,
  '<i4': Int32Array,
  '<u8': BigUint64Array,
  '<i8': BigInt64Array,
  '<f4': Float32Array,
  '<f8': Float64Array,
} as const;

/** Whether a file starts as `.npy` files do. */
export function isNpy(file: Uint8Array): boolean {
  return [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59].every((byte, i) => file[i] === byte);
}

/**
 * Reads a `.npy` file (NumPy's NEP 1): a header in text, then the values. Integers, truth values and floats of 4 and 8 bytes, little-endian.
 * @throws RangeError with a sentence about the file, if it is something else or damaged
 */
export function readNpy(file: Uint8Array): NumpyArray {
  if (!isNpy(file) || file.length < 12) throw new RangeError('is no .npy array.');
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const start = file[6] > 1 ? 12 : 10;
  const end = start + (file[6] > 1 ? view.getUint32(8, true) : view.getUint16(8, true));
  const header = new TextDecoder('latin1').decode(file.subarray(start, end));
  const type = /'descr': *'([^']{1,8})'/.exec(header)?.[1] ?? 'unknown';
  const sizes = /'shape': *\(([\d, ]*)\)/.exec(header)?.[1];
  if (end > file.length || sizes === undefined) throw new RangeError('is a damaged .npy array.');
  if (!/'fortran_order': *False/.test(header)) throw new RangeError('is an array that is not in row order.');
  const shape = sizes.split(',').flatMap((size) => (size.trim() === '' ? [] : [Number(size)]));
  if (!Object.hasOwn(types, type)) {
    throw new RangeError(`is an array of the type ${type}; read are ${Object.keys(types).join(', ')}.`);
  }
  const Values = types[type as keyof typeof types];
  const count = shape.reduce((product, size) => product * size, 1);
  const bytes = count * Values.BYTES_PER_ELEMENT;
  if (file.length - end !== bytes) {
    throw new RangeError(`is an array that announces ${bytes} bytes of values and has ${file.length - end}.`);
  }
  // A copy, since values must begin at a multiple of their size.
  return { shape, values: new Values(Uint8Array.from(file.subarray(end)).buffer), type };
}
