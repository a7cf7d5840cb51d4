import type { Arena } from '../backends/backend.js';
import type { Parameters } from '../parameters.js';
import type { Region } from './layout.js';
import type { Plan } from './plan.js';

/** Writes what the plan's programs expect in a fresh arena: structures, programs, scale. */
export function writeContents(plan: Pick<Plan, 'contents'>, arena: Arena): void {
  for (const { region, values } of plan.contents) {
    const at = arena.words.byteOffset + 4 * region.offset;
    new Uint8Array(arena.words.buffer, at, values.byteLength).set(
      new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
    );
  }
}

/** Writes the survivors' values (in row order) and the biases. */
export function writeParameters({ layers }: Plan, arena: Arena, parameters: Parameters): void {
  for (const [l, { weights, biases }] of layers.entries()) {
    writeOrdered(weights.values, weights.order, arena, parameters[l].weights);
    writeOrdered(biases.values, biases.order, arena, parameters[l].biases);
  }
}

/** The survivors' values in row order and the biases, copied out of the arena. */
export function readParameters({ layers }: Plan, arena: Arena): Parameters {
  return layers.map(({ weights, biases }) => ({
    weights: readOrdered(weights.values, weights.order, arena),
    biases: readOrdered(biases.values, biases.order, arena),
  }));
}

/** Writes into each place of a region the value that belongs there (see `Stateful`). Values without a place are left out. */
export function writeOrdered({ offset, words }: Region, order: Uint32Array, arena: Arena, values: Float32Array): void {
  const { floats } = arena;
  for (let place = 0; place < words; place++) floats[offset + place] = values[order[place]];
}

/** Reads what `writeOrdered` writes; a value without a place is 0. */
export function readOrdered({ offset, words }: Region, order: Uint32Array, arena: Arena): Float32Array {
  const { floats } = arena;
  const values = new Float32Array(order.length);
  for (let place = 0; place < words; place++) values[order[place]] = floats[offset + place];
  return values;
}
