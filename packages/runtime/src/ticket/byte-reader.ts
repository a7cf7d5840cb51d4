import { UserError } from '@winnow/arithmetic';
import { RAW_NUMBER } from './format-numbers.js';

/** Reads the fields of a ticket one after the other. Every method throws a UserError where the bytes cannot be such a field. */
export interface ByteReader {
  byte(what: string): number;
  /** An unsigned LEB128 number up to `most`. */
  count(what: string, most?: number): number;
  /** One of a few names, by its place in the list. */
  oneOf<T extends string>(what: string, names: readonly T[]): T;
  /** A finite f32, little-endian. */
  float32(what: string): number;
  /** A finite number from 0 on: an exponent of 10 and a whole number, or an f64. */
  decimal(what: string): number;
  text(what: string): string;
  bytes(what: string, length: number): Uint8Array;
  digest(what: string): string;
  /** Bytes that are left. */
  rest(): Uint8Array;
  requireEnd(what: string): void;
}

export function byteReader(all: Uint8Array): ByteReader {
  const view = new DataView(all.buffer, all.byteOffset, all.byteLength);
  let at = 0;

  function take(what: string, length: number): number {
    if (length > all.length - at) throw damaged(`it ends inside its ${what}`);
    at += length;
    return at - length;
  }

  const byte = (what: string): number => all[take(what, 1)];

  function count(what: string, most = Number.MAX_SAFE_INTEGER): number {
    let value = 0;
    let unit = 1;
    for (let i = 0; i < 8; i++) {
      const next = byte(what);
      value += (next & 0x7f) * unit;
      if (value > most) break;
      if (next < 0x80) return value;
      unit *= 128;
    }
    throw damaged(`its ${what} is more than ${most}`);
  }

  function bytes(what: string, length: number): Uint8Array {
    const from = take(what, length);
    return all.subarray(from, from + length);
  }

  function finite(what: string, value: number): number {
    if (Number.isFinite(value)) return value;
    throw damaged(`its ${what} is not finite`);
  }

  return {
    byte,
    count,
    bytes,
    oneOf(what, names) {
      const number = byte(what);
      if (number < names.length) return names[number];
      throw new UserError(
        `This ticket has a ${what} of number ${number}, which this version does not know. Read it with a newer one.`,
      );
    },
    float32: (what) => finite(what, view.getFloat32(take(what, 4), true)),
    decimal(what) {
      const exponent = view.getInt8(take(what, 1));
      const value =
        exponent === RAW_NUMBER ? view.getFloat64(take(what, 8), true) : Number(`${count(what)}e${exponent}`);
      if (value < 0) throw damaged(`its ${what} is negative`);
      return finite(what, value);
    },
    text(what) {
      const encoded = bytes(what, count(`${what}'s length`, 255));
      try {
        return new TextDecoder('utf-8', { fatal: true }).decode(encoded);
      } catch {
        throw damaged(`its ${what} is no UTF-8`);
      }
    },
    digest: (what) => Array.from(bytes(what, 32), (value) => value.toString(16).padStart(2, '0')).join(''),
    rest: () => all.subarray(at),
    requireEnd(what) {
      if (at !== all.length) throw damaged(`its ${what} has ${all.length - at} bytes too many`);
    },
  };
}

export const damaged = (how: string): UserError => new UserError(`This ticket is damaged: ${how}. Get it again.`);
