import type { BitCoder } from '../coder/bit-coder.js';
import { codable, ONE } from '../coder/interval.js';
import { squash, stretch } from './logistic.js';

/** What a mixer is made of. Everything in it belongs to the file format. */
export interface MixerDesign {
  /** How many contexts each set of contexts has. */
  readonly contexts: readonly number[];
  /** How many numbers are mixed in beside the contexts. */
  readonly numbers: number;
  /** Start weights: of each set of contexts, then of each number, then of the constant. */
  readonly weights: readonly number[];
  /** How fast the weights learn. */
  readonly rate: number;
}

/** Predicts bits from contexts and numbers, and learns from each. To code a bit, fill in `context` and `numbers`. */
export interface ContextMixer {
  /** Which context of each set the bit stands in. */
  readonly context: Int32Array;
  readonly numbers: Float64Array;
  /** Codes a bit and learns from it. @returns the bit */
  code(coder: BitCoder, bit: number): number;
  /** What was predicted for the last bit: the probability of a 1. */
  readonly predicted: number;
  /** The weights as they are now. */
  readonly weights: Float64Array;
}

/** A context that has seen n bits counts n / (n + TRUST) in full. */
const TRUST = 4;
/** The first bit of a context moves its probability by 1 / FIRST, the n-th by 1 / (n − 1 + FIRST). */
const FIRST = 2;
const MOST_SEEN = 4000;
/** Bits over which the probability of all bits together is averaged. */
const WINDOW = 1000;

/**
 * Logistic mixing (Mahoney 2005, "Adaptive weighing of context models for lossless data compression"): each set of contexts keeps
 * a probability for each of its contexts; their logits and the numbers, weighted, are added to one logit; and the
 * weights descend the gradient of the code length. A context starts with what the first set says.
 */
export function contextMixer({ contexts, numbers: numberCount, weights: start, rate }: MixerDesign): ContextMixer {
  const sets = contexts.length;
  const probability = contexts.map((size) => new Float64Array(size));
  const seen = contexts.map((size) => new Uint16Array(size));
  const context = new Int32Array(sets);
  const numbers = new Float64Array(numberCount);
  const weights = Float64Array.from(start);
  const inputs = new Float64Array(sets + numberCount + 1);
  inputs[inputs.length - 1] = 0.5;
  let overall = 0.05;
  let coded = 0;
  let predicted = overall;

  function look(): void {
    for (let j = 0; j < sets; j++) {
      const at = context[j];
      const n = seen[j][at];
      if (n === 0) probability[j][at] = j === 0 ? overall : probability[0][context[0]];
      inputs[j] = stretch(codable(probability[j][at]) / ONE);
      if (j > 0) inputs[j] *= n / (n + TRUST);
    }
    inputs.set(numbers, sets);
    let logit = 0;
    for (let i = 0; i < inputs.length; i++) logit += weights[i] * inputs[i];
    predicted = codable(squash(logit)) / ONE;
  }

  function learn(bit: number): void {
    const step = rate * (bit - predicted);
    for (let i = 0; i < inputs.length; i++) weights[i] += step * inputs[i];
    for (let j = 0; j < sets; j++) {
      const at = context[j];
      const n = seen[j][at];
      probability[j][at] += (bit - probability[j][at]) / (n + FIRST);
      if (n < MOST_SEEN) seen[j][at] = n + 1;
    }
    coded++;
    overall += (bit - overall) / Math.min(coded + 12, WINDOW);
  }

  return {
    context,
    numbers,
    weights,
    code(coder, given) {
      look();
      const bit = coder(predicted * ONE, given);
      learn(bit);
      return bit;
    },
    get predicted() {
      return predicted;
    },
  };
}
