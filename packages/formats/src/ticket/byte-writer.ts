import { UserError } from '@winnow/arithmetic';
import { RAW_NUMBER } from '@winnow/runtime/format';

/** Writes the fields of a ticket one after the other: the opposite of the runtime's reader. */
export interface ByteWriter {
  byte(value: number): void;
  /** Unsigned LEB128, for whole numbers below 2⁵³. */
  count(value: number): void;
  float32(value: number): void;
  /** A number from 0 on: its shortest decimal where that has no more than 15 digits, or an f64. */
  decimal(value: number): void;
  text(value: string): void;
  bytes(values: Uint8Array): void;
  /** 64 hexadecimal digits. */
  digest(hex: string): void;
  finish(): Uint8Array;
}

export function byteWriter(): ByteWriter {
  const out: number[] = [];
  const append = (values: Iterable<number>): void => {
    for (const value of values) out.push(value);
  };
  function count(value: number): void {
    let left = value;
    while (left >= 128) {
      out.push((left % 128) + 128);
      left = Math.floor(left / 128);
    }
    out.push(left);
  }
  return {
    byte: (value) => append([value]),
    count,
    bytes: append,
    float32: (value) => append(new Uint8Array(Float32Array.of(value).buffer)),
    decimal(value) {
      const [, whole, part = '', exponent] = /^(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(value.toExponential()) ?? [];
      const scale = Number(exponent) - part.length;
      if (whole !== undefined && part.length < 15 && scale > RAW_NUMBER && scale < 128) {
        append([scale & 0xff]);
        count(Number(whole + part));
      } else {
        append([RAW_NUMBER & 0xff, ...new Uint8Array(Float64Array.of(value).buffer)]);
      }
    },
    text(value) {
      const encoded = new TextEncoder().encode(value);
      if (encoded.length > 255) throw new UserError(`The name "${value.slice(0, 40)}…" is too long for a ticket.`);
      count(encoded.length);
      append(encoded);
    },
    digest: (hex) => append(Array.from({ length: 32 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16))),
    finish: () => Uint8Array.from(out),
  };
}
