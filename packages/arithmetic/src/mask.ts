/**
 * One bit for each of `length` weights, 1 where the weight survives. Bit i is bit i & 7 (lowest first) of byte i >> 3;
 * the unused bits of the last byte are 0, so equal masks have equal bytes. A mask is a value: nobody writes into it.
 */
export interface BitMask {
  readonly length: number;
  readonly bytes: Uint8Array;
}

/** The mask in which nothing survives. */
export function emptyMask(length: number): BitMask {
  return { length, bytes: new Uint8Array((length + 7) >>> 3) };
}

/** The mask in which everything survives. */
export function fullMask(length: number): BitMask {
  const bytes = new Uint8Array((length + 7) >>> 3).fill(0xff);
  if ((length & 7) !== 0) bytes[bytes.length - 1] = 0xff >> (8 - (length & 7));
  return { length, bytes };
}

/**
 * The mask in which exactly the given positions survive; their order does not matter.
 * @throws RangeError for a position outside 0 … length − 1
 */
export function maskFromIndices(length: number, indices: Iterable<number>): BitMask {
  const { bytes } = emptyMask(length);
  for (const i of indices) {
    if (!(Number.isInteger(i) && i >= 0 && i < length)) {
      throw new RangeError(`position ${i} is outside a mask of ${length} bits`);
    }
    bytes[i >>> 3] |= 1 << (i & 7);
  }
  return { length, bytes };
}

/** The mask in which position i survives if `survives(i)`. */
export function maskFromPredicate(length: number, survives: (position: number) => boolean): BitMask {
  const { bytes } = emptyMask(length);
  for (let i = 0; i < length; i++) {
    if (survives(i)) bytes[i >>> 3] |= 1 << (i & 7);
  }
  return { length, bytes };
}

/**
 * The mask stored in these bytes, which are checked and not copied.
 * @throws RangeError if their number is wrong or a bit beyond the length is set
 */
export function maskFromBytes(length: number, bytes: Uint8Array): BitMask {
  if (bytes.length !== (length + 7) >>> 3) {
    throw new RangeError(`a mask of ${length} bits takes ${(length + 7) >>> 3} bytes, not ${bytes.length}`);
  }
  if ((length & 7) !== 0 && bytes[bytes.length - 1] >> (length & 7) !== 0) {
    throw new RangeError(`a mask of ${length} bits has bits set beyond its end`);
  }
  return { length, bytes };
}

/** Whether position i survives. */
export function maskHas(mask: BitMask, position: number): boolean {
  return ((mask.bytes[position >>> 3] >> (position & 7)) & 1) === 1;
}

/** How many positions survive. */
export function countOnes(mask: BitMask): number {
  let ones = 0;
  for (const byte of mask.bytes) {
    const pairs = byte - ((byte >> 1) & 0x55);
    const nibbles = (pairs & 0x33) + ((pairs >> 2) & 0x33);
    ones += (nibbles + (nibbles >> 4)) & 0x0f;
  }
  return ones;
}

/** The surviving positions in ascending order. */
export function maskIndices(mask: BitMask): Uint32Array {
  const indices = new Uint32Array(countOnes(mask));
  let found = 0;
  for (let byte = 0; byte < mask.bytes.length; byte++) {
    for (let left = mask.bytes[byte]; left !== 0; left &= left - 1) {
      indices[found++] = byte * 8 + 31 - Math.clz32(left & -left);
    }
  }
  return indices;
}

/** Whether everything survives. */
export function isFull(mask: BitMask): boolean {
  return countOnes(mask) === mask.length;
}

/** Whether the same positions of as many survive in both. */
export function masksEqual(a: BitMask, b: BitMask): boolean {
  return a.length === b.length && a.bytes.every((byte, i) => byte === b.bytes[i]);
}

/**
 * The mask of what survives in both.
 * @throws RangeError if their lengths differ
 */
export function andMask(a: BitMask, b: BitMask): BitMask {
  if (a.length !== b.length) throw new RangeError(`masks of ${a.length} and ${b.length} bits cannot be combined`);
  return { length: a.length, bytes: a.bytes.map((byte, i) => byte & b.bytes[i]) };
}
