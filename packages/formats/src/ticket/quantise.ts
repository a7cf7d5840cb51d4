import { float16Of, valueOfFloat16 } from '@winnow/runtime/format';
import type { Packed } from './drop-dead.js';
import type { ValueTable } from './tables.js';
import type { LayerTables } from './write-ticket.js';

/** How values are made few. */
export type Quantiser =
  /** So many values for all of a layer, found by k-means (Han, Mao & Dally 2016, "Deep Compression", §3). */
  | { readonly kind: 'shared'; readonly values: number }
  /** Whole multiples of a step: so many for a layer's mean size. What becomes 0 is pruned. */
  | { readonly kind: 'uniform'; readonly stepsToMean: number }
  | { readonly kind: 'float16' }
  | { readonly kind: 'float32' };

export interface Quantised extends Packed {
  readonly tables: readonly LayerTables[];
}

/** Biases are few and matter much, so they always have more values. */
const BIAS_VALUES = 16;

export function quantise(packed: Packed, quantiser: Quantiser): Quantised {
  return placeValues(packed, tablesFor(packed, quantiser));
}

/** The tables of each layer for values as they are. */
export function tablesFor({ survives, tensors }: Packed, quantiser: Quantiser): readonly LayerTables[] {
  return tensors.map(({ weights, biases }, l) => ({
    weights: tableFor(
      weights.filter((_, i) => survives[l][i] === 1),
      quantiser,
    ),
    biases: biasTable(biases, quantiser),
  }));
}

/** The table of a layer's biases for values as they are. */
export function biasTable(biases: Float32Array, quantiser: Quantiser): ValueTable {
  const forBiases: Quantiser = isFloat(quantiser)
    ? quantiser
    : { kind: 'shared', values: Math.max(BIAS_VALUES, quantiser.kind === 'shared' ? quantiser.values : 0) };
  return tableFor(
    biases.filter((bias) => bias !== 0),
    forBiases,
  );
}

/** Every value becomes its table's nearest; a weight that becomes 0 is pruned. */
export function placeValues({ survives, tensors }: Packed, tables: readonly LayerTables[]): Quantised {
  const layers = tensors.map(({ weights, biases }, l) => {
    const placed = weights.map((weight, i) => (survives[l][i] === 1 ? nearestValue(weight, tables[l].weights) : 0));
    return {
      survives: survives[l].map((bit, i) => (bit === 1 && placed[i] !== 0 ? 1 : 0)),
      tensor: { weights: placed, biases: biases.map((bias) => nearestValue(bias, tables[l].biases)) },
    };
  });
  return { survives: layers.map((layer) => layer.survives), tensors: layers.map((layer) => layer.tensor), tables };
}

const isFloat = ({ kind }: Quantiser): boolean => kind === 'float16' || kind === 'float32';

function tableFor(values: Float32Array, quantiser: Quantiser): ValueTable {
  switch (quantiser.kind) {
    case 'float16':
    case 'float32':
      return { kind: quantiser.kind };
    case 'shared':
      return { kind: 'listed', levels: sharedValues(values, quantiser.values) };
    case 'uniform': {
      const mean = values.reduce((sum, value) => sum + Math.abs(value), 0) / Math.max(1, values.length);
      const step = Math.fround(mean / quantiser.stepsToMean) || 1;
      const farthest = (sign: number): number =>
        values.reduce((most, value) => Math.max(most, Math.floor((sign * value) / step + 0.5)), 0);
      return {
        kind: 'uniform',
        step,
        below: Math.min(4096, farthest(-1)),
        above: Math.min(4096, Math.max(1, farthest(1))),
      };
    }
  }
}

/** Lloyd's iterations from equal shares of the sorted values, rounded to float16; equal ones are one. */
function sharedValues(values: Float32Array, count: number): Float32Array {
  const sorted = values.slice().sort();
  if (sorted.length === 0) return Float32Array.of(0);
  let means = Array.from({ length: count }, (_, k) => sorted[Math.floor(((k + 0.5) * sorted.length) / count)]);
  for (let round = 0; round < 40; round++) {
    const sums = new Float64Array(count);
    const members = new Float64Array(count);
    let k = 0;
    for (const value of sorted) {
      while (k + 1 < count && value - means[k] > means[k + 1] - value) k++;
      sums[k] += value;
      members[k]++;
    }
    means = means.map((mean, i) => (members[i] === 0 ? mean : sums[i] / members[i]));
  }
  const rounded = means.map((mean) => valueOfFloat16(float16Of(mean)) + 0);
  return Float32Array.from(new Set(rounded)).sort();
}

/** The table's value nearest to x, the lower one on ties; 0 where a uniform table rounds to it. */
export function nearestValue(x: number, table: ValueTable): number {
  switch (table.kind) {
    case 'float32':
      return x;
    case 'float16':
      return valueOfFloat16(float16Of(x)) + 0;
    case 'uniform': {
      const place = Math.max(-table.below, Math.min(table.above, Math.floor(x / table.step + 0.5)));
      return Math.fround(place * table.step) + 0;
    }
    case 'listed':
      return table.levels.reduce((best, level) => (Math.abs(level - x) < Math.abs(best - x) ? level : best));
  }
}
