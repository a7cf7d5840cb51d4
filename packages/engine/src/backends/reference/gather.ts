import { LANES } from '../../contract.js';
import { LINE, laneOf, type Memory, type Operands } from './memory.js';

/** Gathers a training batch, its targets, and the list of features that are lit anywhere in it. */
export function gather(memory: Memory, step: number, o: Operands<'gather'>): void {
  gatherFrom(
    memory,
    step,
    o,
    (example, _lane, feature) => memory.data[o.images * LINE + example * o.features + feature],
  );
}

/** The same, of pictures that are moved first. */
export function gatherPictures(memory: Memory, step: number, o: Operands<'gatherPictures'>): void {
  const plane = o.height * o.width;
  gatherFrom(memory, step, o, (example, lane, feature) => {
    const move = memory.words[o.moves + step * o.batch + lane];
    const row = (Math.floor(feature / o.width) % o.height) + ((move >> 8) & 0xff) - 128;
    const column = (feature % o.width) + ((move >> 16) & 0xff) - 128;
    if (row < 0 || row >= o.height || column < 0 || column >= o.width) return 0;
    const from = (move & 1) === 1 ? o.width - 1 - column : column;
    const channel = Math.floor(feature / plane);
    return memory.data[o.images * LINE + example * o.features + channel * plane + row * o.width + from];
  });
}

function gatherFrom(
  memory: Memory,
  step: number,
  o: Omit<Operands<'gather'>, 'op'>,
  byteOf: (example: number, lane: number, feature: number) => number,
): void {
  const { floats, words, data } = memory;
  const size = words[o.sizes + step];
  const scale = floats[o.scale];
  const features = neededFeatures(memory, o);
  for (let lane = 0; lane < o.blocks * LANES; lane++) {
    const example = lane < size ? words[o.indices + step * o.batch + lane] : null;
    words[o.targets + lane] = example === null ? 0 : data[o.labels * LINE + example];
    for (const [k, feature] of features.entries()) {
      const value = example === null ? 0 : byteOf(example, lane, feature);
      floats[laneOf(o.x, features.length, k, lane)] = value * scale;
    }
  }
  listActive(memory, o, features.length, o.blocks);
}

/** Loads one block of an evaluation set, which lies in the data as it will lie in x. */
export function loadBlock(memory: Memory, step: number, o: Operands<'loadBlock'>): void {
  const { floats, data } = memory;
  const features = neededFeatures(memory, o);
  for (const [k, feature] of features.entries()) {
    const from = o.images * LINE + (step * o.features + feature) * LANES;
    for (let lane = 0; lane < LANES; lane++) floats[o.x + k * LANES + lane] = data[from + lane] * floats[o.scale];
  }
  listActive(memory, o, features.length, 1);
}

/** The features that x holds, ascending. */
export function neededFeatures(
  { words }: Memory,
  { needed, features }: { needed: number; features: number },
): Int32Array {
  if (needed === 0) return Int32Array.from({ length: features }, (_, feature) => feature);
  return words.subarray(needed + 1, needed + 1 + words[needed]);
}

/** Lists the rows of x (blocks, rows, 64) that are not zero everywhere, if anybody asks. */
export function listActive(
  { floats, words }: Memory,
  o: { x: number; active: number },
  rows: number,
  blocks: number,
): void {
  if (o.active === 0) return;
  let lit = 0;
  for (let k = 0; k < rows; k++) {
    let any = false;
    for (let lane = 0; lane < blocks * LANES; lane++) any ||= floats[laneOf(o.x, rows, k, lane)] !== 0;
    if (any) words[o.active + 1 + lit++] = k;
  }
  words[o.active] = lit;
}
