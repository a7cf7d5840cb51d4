import { bitsOfFloat32, float32OfBits } from '@winnow/arithmetic';
import type { BitCoder } from '../coder/bit-coder.js';
import { ONE } from '../coder/interval.js';
import { bin, held } from '../mixing/bins.js';
import { contextMixer } from '../mixing/context-mixer.js';
import { rankMixer, signMixer, treeMixer } from './design.js';
import { float16Of, valueOfFloat16 } from './float16.js';
import { negativeLevels, type ValueCode } from './value-code.js';

/** What is known of a value before it is coded, as far as it matters; all 0 for a bias. */
export interface ValueHint {
  readonly output: number;
  readonly start: number;
  readonly near: number;
  readonly far: number;
  readonly pull: number;
}

/** Codes one value: a writer is given it, a reader finds it. @returns the value */
export type ValueCoder = (value: number, hint: ValueHint) => number;

/** Codes values one after the other: each by its sign, then by its size. */
export function valueCoder(code: ValueCode, coder: BitCoder): ValueCoder {
  const codeSign = signCoder(coder);
  switch (code.kind) {
    case 'levels':
      return levelCoder(code.levels, codeSign, coder);
    case 'float':
      return floatCoder(code.bits, codeSign, coder);
  }
}

type SignCoder = (isPositive: boolean, hint: ValueHint) => boolean;

function signCoder(coder: BitCoder): SignCoder {
  const mixer = contextMixer(signMixer);
  const { context, numbers } = mixer;
  return (isPositive, { start, near, far, pull }) => {
    context[0] = bin(start, -3, 0.25, 24);
    context[1] = bin(near, -3, 0.3, 20) * 10 + bin(pull, -3, 0.6, 10);
    numbers[0] = held(start, 2);
    numbers[1] = held(near, 3);
    numbers[2] = held(far, 3);
    numbers[3] = held(pull, 3);
    return mixer.code(coder, isPositive ? 1 : 0) === 1;
  };
}

/** The place of a level among those of its sign, nearest to 0 first, in unary. */
function levelCoder(levels: Float32Array, codeSign: SignCoder, coder: BitCoder): ValueCoder {
  const below = negativeLevels(levels);
  const above = levels.length - below;
  const mixer = contextMixer(rankMixer(Math.max(below, above, 1)));
  const { context, numbers } = mixer;
  /** Of the output whose weights are coded now, and of all. */
  let output = -1;
  let row = { sum: 0, count: 0 };
  const all = { sum: 1, count: 1 };
  return (value, hint) => {
    if (hint.output !== output) row = { sum: 0, count: 0 };
    output = hint.output;
    const usual = all.sum / all.count;
    const rowBin = bin((row.sum + 2 * usual) / (row.count + 2) / usual, 0, 0.2, 10);
    const isPositive = above > 0 && (below === 0 || codeSign(value >= 0, hint));
    const sign = isPositive ? 1 : -1;
    const count = isPositive ? above : below;
    const place = levels.indexOf(value);
    const rank = isPositive ? place - below : below - 1 - place;
    const start = sign * hint.start;
    numbers[0] = held(start, 2);
    numbers[1] = sign * held(hint.near, 3);
    numbers[2] = sign * held(hint.far, 3);
    numbers[3] = sign * held(hint.pull, 3);
    let coded = 0;
    while (coded < count - 1) {
      context[0] = coded;
      context[1] = coded * 10 + rowBin;
      if (mixer.code(coder, rank > coded ? 1 : 0) === 0) break;
      coded++;
    }
    for (const part of [row, all]) {
      part.sum += coded;
      part.count++;
    }
    return levels[isPositive ? below + coded : below - 1 - coded];
  };
}

/** Bits of a float, after its sign, that are predicted; those below them are noise. */
const PREDICTED_BITS = 8;

function floatCoder(width: 16 | 32, codeSign: SignCoder, coder: BitCoder): ValueCoder {
  const mixer = contextMixer(treeMixer(1 << (PREDICTED_BITS + (width === 32 ? 3 : 0))));
  const { context } = mixer;
  const predicted = width === 32 ? PREDICTED_BITS + 3 : PREDICTED_BITS;
  return (value, hint) => {
    const isPositive = codeSign(value >= 0, hint);
    const size = Math.abs(value);
    const given = width === 32 ? bitsOfFloat32(size) : float16Of(size);
    const startBin = bin(isPositive ? hint.start : -hint.start, -2, 0.5, 10);
    let bits = 0;
    let node = 1;
    for (let at = width - 2; at >= 0; at--) {
      const bit = (given >> at) & 1;
      const isPredicted = width - 2 - at < predicted;
      context[0] = node;
      context[1] = node * 10 + startBin;
      const coded = isPredicted ? mixer.code(coder, bit) : coder(ONE / 2, bit);
      bits = (bits << 1) | coded;
      if (isPredicted) node = node * 2 + coded;
    }
    const read = width === 32 ? float32OfBits(bits) : valueOfFloat16(bits);
    return isPositive ? read : 0 - read;
  };
}
