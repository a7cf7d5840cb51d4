import { valueOfFloat16 } from '../values/float16.js';
import type { ValueCode } from '../values/value-code.js';
import { type ByteReader, damaged } from './byte-reader.js';
import { tableKinds } from './format-numbers.js';

/** Most values that a layer's weights, or its biases, share. */
export const MOST_LEVELS = 4096;

/** The whole multiples of `step` from `from` to `to`, but 0: what a uniform quantiser leaves. */
export function uniformLevels(step: number, from: number, to: number): Float32Array {
  const levels: number[] = [];
  for (let i = from; i <= to; i++) if (i !== 0) levels.push(i * step);
  return Float32Array.from(levels);
}

/** Reads how the values of a layer's weights, or of its biases, are stored. @throws UserError unless levels ascend */
export function readTable(reader: ByteReader): ValueCode {
  switch (reader.oneOf('table of values', tableKinds)) {
    case 'uniform': {
      const step = reader.float32('step');
      const from = -reader.count('lowest level', MOST_LEVELS);
      return checkedLevels(uniformLevels(step, from, reader.count('highest level', MOST_LEVELS)));
    }
    case 'listed': {
      const bytes = reader.bytes('levels', 2 * reader.count('number of levels', MOST_LEVELS));
      const levels = Float32Array.from({ length: bytes.length / 2 }, (_, i) =>
        valueOfFloat16(bytes[2 * i] + 256 * bytes[2 * i + 1]),
      );
      return checkedLevels(levels);
    }
    case 'float16':
      return { kind: 'float', bits: 16 };
    case 'float32':
      return { kind: 'float', bits: 32 };
  }
}

function checkedLevels(levels: Float32Array): ValueCode {
  const isWrong = (level: number, i: number): boolean =>
    !Number.isFinite(level) || Object.is(level, -0) || (i > 0 && levels[i - 1] >= level);
  if (levels.length === 0 || levels.some(isWrong)) throw damaged('its table of values does not ascend');
  return { kind: 'levels', levels };
}
