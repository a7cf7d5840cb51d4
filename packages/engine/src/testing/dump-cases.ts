import type { KernelCase } from './kernel-case.js';
import { type CaseResult, openRanges } from './run-case.js';

/** Eight bytes that begin a file of cases. */
const MAGIC = 'WINCASE1';

/**
 * Writes cases with their expected results for a harness outside of JavaScript. Everything is little-endian; words have
 * 32 bits; each part starts on a multiple of four bytes.
 *
 *     8 bytes     "WINCASE1"
 *     word        number of cases; then for each case:
 *     word        bytes of the name; then the name in UTF-8, filled with zeros to a multiple of four
 *     word        words of the arena
 *     word        bytes of the data
 *     word        program: its word offset in the arena
 *     word        steps
 *     word        1 if a fault is expected, else 0
 *     2 words     the fault's step and layer (signed), or 0
 *     word        number of open ranges; then for each: word offset, number of words. They are not compared.
 *     words       the arena before the call
 *     words       the arena after the call. Two words that are both NaN (exponent all ones, mantissa not 0) are equal.
 *     bytes       the data, filled with zeros to a multiple of four
 */
export function dumpCases(cases: readonly { readonly c: KernelCase; readonly expected: CaseResult }[]): Uint8Array {
  const parts: Uint8Array[] = [new TextEncoder().encode(MAGIC), words(cases.length)];
  for (const { c, expected } of cases) {
    const name = new TextEncoder().encode(c.name);
    const { fault, after } = expected;
    const open = openRanges(c, after);
    parts.push(words(name.length), filled(name));
    parts.push(words(c.before.length, c.data.length, c.program, c.steps));
    parts.push(fault === null ? words(0, 0, 0) : words(1, fault.step, fault.layer));
    parts.push(words(open.length, ...open.flatMap(({ offset, words }) => [offset, words])));
    parts.push(bytesOf(c.before), bytesOf(after), filled(c.data));
  }
  return joined(parts);
}

function words(...values: readonly number[]): Uint8Array {
  return bytesOf(Int32Array.from(values));
}

function bytesOf(values: Int32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function filled(bytes: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  padded.set(bytes);
  return padded;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
