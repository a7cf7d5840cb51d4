import { LANES } from '../../contract.js';
import { listActive, neededFeatures } from './gather.js';
import { laneOf, type Memory, type Operands } from './memory.js';

/** One block of byte rows, scaled. */
export function loadRows(memory: Memory, step: number, o: Operands<'loadRows'>): void {
  const { floats, bytes } = memory;
  const scale = floats[o.scale];
  loadBlockOfRows(memory, step, o, (position) => bytes[4 * o.rows + position] * scale);
}

/** One block of f32 rows. */
export function loadFloatRows(memory: Memory, step: number, o: Operands<'loadFloatRows'>): void {
  const { floats } = memory;
  loadBlockOfRows(memory, step, o, (position) => floats[o.rows + position]);
}

interface LoadedRows {
  readonly features: number;
  readonly count: number;
  readonly needed: number;
  readonly x: number;
  readonly active: number;
}

function loadBlockOfRows(memory: Memory, step: number, o: LoadedRows, value: (position: number) => number): void {
  const { floats, words } = memory;
  const size = blockSize(words[o.count], step);
  const features = neededFeatures(memory, o);
  for (let lane = 0; lane < LANES; lane++) {
    const row = (step * LANES + lane) * o.features;
    for (const [k, feature] of features.entries()) {
      floats[laneOf(o.x, features.length, k, lane)] = lane < size ? value(row + feature) : 0;
    }
  }
  listActive(memory, o, features.length, 1);
}

/** One block back to rows. */
export function storeRows({ floats, words }: Memory, step: number, o: Operands<'storeRows'>): void {
  const size = blockSize(words[o.count], step);
  for (let lane = 0; lane < size; lane++) {
    const row = o.rows + (step * LANES + lane) * o.features;
    for (let f = 0; f < o.features; f++) floats[row + f] = floats[laneOf(o.x, o.features, f, lane)];
  }
}

function blockSize(count: number, step: number): number {
  return Math.min(LANES, count - step * LANES);
}

/** One example of byte rows, scaled. */
export function loadExample({ floats, bytes }: Memory, step: number, o: Operands<'loadExample'>): void {
  const row = 4 * o.rows + step * o.features;
  for (let f = 0; f < o.features; f++) floats[o.x + f] = bytes[row + f] * floats[o.scale];
}
