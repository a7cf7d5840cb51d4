import { expf, logf } from '@winnow/arithmetic';
import { LANES } from '../../contract.js';
import { batchSum, virtualLanes } from './batch-sum.js';
import { LINE, laneOf, type Memory, type Operands } from './memory.js';

/** 2⁻⁶⁰: a probability below becomes 0. */
const SMALLEST_PROBABILITY = 1 / 0x4000_0000 / 0x4000_0000;

/** The batch's mean loss and its gradient at the logits. @returns whether the loss is finite */
export function softmaxCrossEntropy(memory: Memory, step: number, o: Operands<'softmaxCrossEntropy'>): boolean {
  const { floats, words } = memory;
  const size = words[o.sizes + step];
  const inverse = Math.fround(1 / size);
  const losses = new Float32Array(o.blocks * LANES);
  for (let lane = 0; lane < o.blocks * LANES; lane++) {
    const label = words[o.targets + lane];
    const judged = judge(memory, o.logits, o.classes, lane, label);
    if (lane < size) losses[lane] = judged.loss;
    for (let c = 0; c < o.classes; c++) {
      const quotient = Math.fround(judged.exponentials[c] / judged.sum);
      const probability = quotient < SMALLEST_PROBABILITY ? 0 : quotient;
      const error = Math.fround(probability - (c === label ? 1 : 0));
      floats[laneOf(o.gradient, o.classes, c, lane)] = lane < size ? Math.fround(error * inverse) + 0 : 0;
    }
  }
  const mean = Math.fround(batchSum(virtualLanes(), size, (lane) => losses[lane]) * inverse);
  floats[o.losses + step] = mean;
  return Number.isFinite(mean);
}

/** The sum of losses over one block of an evaluation set, and how many lanes are classified right. */
export function evaluate(memory: Memory, step: number, o: Operands<'evaluate'>): void {
  const { floats, words, data } = memory;
  const size = Math.min(LANES, o.count - step * LANES);
  const losses = new Float32Array(LANES);
  let correct = 0;
  for (let lane = 0; lane < size; lane++) {
    const label = data[o.labels * LINE + step * LANES + lane];
    const judged = judge(memory, o.logits, o.classes, lane, label);
    losses[lane] = judged.loss;
    if (judged.predicted === label) correct++;
  }
  floats[o.results + 2 * step] = batchSum(virtualLanes(), size, (lane) => losses[lane]);
  words[o.results + 2 * step + 1] = correct;
}

interface Judged {
  readonly exponentials: Float32Array;
  readonly sum: number;
  readonly loss: number;
  /** The first of the largest logits. */
  readonly predicted: number;
}

/** Softmax and cross-entropy of one lane (docs/arithmetic.md). */
function judge({ floats }: Memory, logits: number, classes: number, lane: number, label: number): Judged {
  const logit = (c: number): number => floats[laneOf(logits, classes, c, lane)];
  let largest = logit(0);
  let predicted = 0;
  for (let c = 1; c < classes; c++) {
    if (logit(c) > largest) {
      largest = logit(c);
      predicted = c;
    }
  }
  const exponentials = new Float32Array(classes);
  let sum = 0;
  for (let c = 0; c < classes; c++) {
    exponentials[c] = expf(Math.fround(logit(c) - largest));
    sum = Math.fround(sum + exponentials[c]);
  }
  const loss = Math.fround(logf(sum) - Math.fround(logit(label) - largest));
  // The sum minus itself is +0, or NaN if a logit was no number, which the logarithm alone would not show.
  return { exponentials, sum, loss: Math.fround(loss + Math.fround(sum - sum)), predicted };
}
