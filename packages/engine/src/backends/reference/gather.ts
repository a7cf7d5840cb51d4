import { LANES } from '../../contract.js';
import { LINE, laneOf, type Memory, type Operands } from './memory.js';

/** Gathers a training batch, its targets, and the list of features that are lit anywhere in it. */
export function gather(memory: Memory, step: number, o: Operands<'gather'>): void {
  const { floats, words, data } = memory;
  const size = words[o.sizes + step];
  const scale = floats[o.scale];
  for (let lane = 0; lane < o.blocks * LANES; lane++) {
    const example = lane < size ? words[o.indices + step * o.batch + lane] : null;
    words[o.targets + lane] = example === null ? 0 : data[o.labels * LINE + example];
    for (let f = 0; f < o.features; f++) {
      const value = example === null ? 0 : data[o.images * LINE + example * o.features + f];
      floats[laneOf(o.x, o.features, f, lane)] = value * scale;
    }
  }

  let lit = 0;
  for (let f = 0; f < o.features; f++) {
    let any = false;
    for (let lane = 0; lane < size; lane++) any ||= floats[laneOf(o.x, o.features, f, lane)] !== 0;
    if (any) words[o.active + 1 + lit++] = f;
  }
  words[o.active] = lit;
}

/** Loads one block of an evaluation set, which lies in the data as it will lie in x. */
export function loadBlock(memory: Memory, step: number, o: Operands<'loadBlock'>): void {
  const { floats, data } = memory;
  const count = o.features * LANES;
  const from = o.images * LINE + step * count;
  for (let i = 0; i < count; i++) floats[o.x + i] = data[from + i] * floats[o.scale];
}
