import type { Arena } from '../backends/backend.js';
import type { Parameters } from '../parameters.js';
import type { Region } from './layout.js';
import type { Plan, PlannedLayer } from './plan.js';

/** Writes what the plan's programs expect in a fresh arena: structures, programs, scale. */
export function writeContents(plan: Plan, arena: Arena): void {
  for (const { region, values } of plan.contents) {
    const at = arena.words.byteOffset + 4 * region.offset;
    new Uint8Array(arena.words.buffer, at, values.byteLength).set(
      new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
    );
  }
}

/** Writes the survivors' values (in row order) and the biases. */
export function writeParameters(plan: Plan, arena: Arena, parameters: Parameters): void {
  for (const [l, planned] of plan.layers.entries()) {
    writeWeightOrdered(planned, planned.weights.values, arena, parameters[l].weights);
    arena.floats.set(parameters[l].biases, planned.biases.values.offset);
  }
}

/** The survivors' values in row order and the biases, copied out of the arena. */
export function readParameters(plan: Plan, arena: Arena): Parameters {
  return plan.layers.map((planned) => ({
    weights: readWeightOrdered(planned, planned.weights.values, arena),
    biases: readRegion(planned.biases.values, arena),
  }));
}

/** Writes one value for each survivor, given in row order, into a region that is stored as the layer's weights are. */
export function writeWeightOrdered(planned: PlannedLayer, region: Region, arena: Arena, values: Float32Array): void {
  const { form } = planned;
  if (form.kind === 'dense') {
    arena.floats.set(values, region.offset);
    return;
  }
  const { order } = form.rows;
  for (let place = 0; place < order.length; place++) arena.floats[region.offset + place] = values[order[place]];
}

/** Reads what `writeWeightOrdered` writes, back in row order. */
export function readWeightOrdered(planned: PlannedLayer, region: Region, arena: Arena): Float32Array {
  const { form } = planned;
  const stored = readRegion(region, arena);
  if (form.kind === 'dense') return stored;
  const { order } = form.rows;
  const values = new Float32Array(stored.length);
  for (let place = 0; place < order.length; place++) values[order[place]] = stored[place];
  return values;
}

/** A copy of a region of f32. */
export function readRegion(region: Region, arena: Arena): Float32Array {
  return arena.floats.slice(region.offset, region.offset + region.words);
}
