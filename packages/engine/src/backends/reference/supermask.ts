import { philox, sigmoidf } from '@winnow/arithmetic';
import { CONSTANTS_ROW, maskKinds } from '../../plan/instructions.js';
import { batchSum, virtualLanes } from './batch-sum.js';
import type { Memory, Operands } from './memory.js';
import { optimize, stepConstants } from './optimizer.js';

/** Draws the mask by each score's probability (docs/arithmetic.md, "Supermasks"). */
export function sampleMask(memory: Memory, step: number, o: Operands<'sampleMask'>): void {
  const { floats, words } = memory;
  const counter3 = words[o.counters + step];
  const block = new Uint32Array(4);
  writeMasked(memory, o, (i) => {
    if (i % 4 === 0) philox(i / 4, o.counter1, o.counter2, counter3, o.key0, o.key1, block);
    const p = sigmoidf(floats[o.scores + i]);
    floats[o.probabilities + i] = p;
    return block[i % 4] < Math.floor(p * 0x1_0000_0000);
  });
}

/** The mask of the largest scores, of equal ones those at later positions. */
export function topMask(memory: Memory, o: Operands<'topMask'>): void {
  const scores = memory.floats.subarray(o.scores, o.scores + o.count);
  const order = Array.from(scores, (_, i) => i).sort((a, b) => scores[b] - scores[a] || b - a);
  const kept = new Set(order.slice(0, o.keep));
  writeMasked(memory, o, (i) => kept.has(i));
}

interface Masked {
  readonly count: number;
  readonly values: number;
  readonly weights: number;
  readonly ones: number;
  readonly rescale: number;
}

function writeMasked({ floats, words }: Memory, o: Masked, bit: (i: number) => boolean): void {
  const bits = Array.from({ length: o.count }, (_, i) => bit(i));
  words[o.ones] = bits.filter((isOne) => isOne).length;
  const factor = factorOf(o, words[o.ones]);
  for (let i = 0; i < o.count; i++) {
    floats[o.weights + i] = bits[i] ? Math.fround(floats[o.values + i] * factor) + 0 : 0;
  }
}

function factorOf({ count, rescale }: Masked, ones: number): number {
  return rescale === 1 && ones > 0 ? Math.fround(Math.fround(count) / Math.fround(ones)) : 1;
}

/** One optimizer step of the scores. @returns whether all of them are finite */
export function scoreUpdate(memory: Memory, step: number, o: Operands<'scoreUpdate'>): boolean {
  const { floats, words } = memory;
  const round = Math.fround;
  const constants = stepConstants(memory, o.constants, step);
  const pressure = floats[o.constants + step * CONSTANTS_ROW + 8];
  const ones = words[o.ones];
  const factor = factorOf(o, ones);
  const through = batchSum(virtualLanes(), o.count, (i) => round(floats[o.gradient + i] * floats[o.weights + i]));
  const share = o.rescale === 1 && ones > 0 ? round(through / round(ones)) : 0;
  const updated = { ...o, values: o.scores };
  let finite = true;
  for (let i = 0; i < o.count; i++) {
    let g = round(round(floats[o.gradient + i] * floats[o.values + i]) * factor);
    if (o.kind === maskKinds.sampled) {
      const p = floats[o.probabilities + i];
      const d = round(round(g - share) + pressure);
      g = round(d * round(p * round(1 - p)));
    }
    finite = optimize(memory, updated, constants, i, g, 0) && finite;
  }
  return finite;
}
