import { type BitMask, isFull, maskIndices } from '@winnow/arithmetic';
import type { WeightLayer } from '../network/network.js';
import { blocking } from './blocking.js';
import { chunkWidth } from './chunk-width.js';
import { compress, type Structure } from './compress.js';
import { chunkChannels } from './convolution-tiles.js';
import { alone, evenBounds, partsOf, type Sharing } from './division.js';
import { allUnitsOf, type LiveUnits } from './live-units.js';

/** How a layer's weights lie in memory. It never changes a bit of a result (docs/arithmetic.md). */
export type Form = DenseForm | CompressedForm;

/**
 * In both forms the live weights come first, as the kernels take them: those between live units, whose rows and columns are
 * numbered among the live ones. The others lie behind and are never touched.
 */
interface Places {
  /** Which survivor (in row order) each place holds. */
  readonly order: Uint32Array;
  /** How many of the places hold live ones. */
  readonly live: number;
  /** Where the rows of each thread's part begin, and the columns for the input gradient: (parts + 1); null if nothing is divided. */
  readonly division: Division | null;
}

export interface Division {
  readonly rows: Int32Array;
  readonly columns: Int32Array;
}

/** All weights in row order, while nothing is pruned. */
export interface DenseForm extends Places {
  readonly kind: 'dense';
}

/** Survivors only, from the first pruned weight on. */
export interface CompressedForm extends Places {
  readonly kind: 'compressed';
  /** Rows of the weights in column chunks. */
  readonly rows: Structure;
  /** Columns in row chunks (of a convolution: channels of x, in chunks of outputs), and each one's place among the values: for the input gradient; null where none is needed. */
  readonly columns: (Structure & { readonly permutation: Uint32Array }) | null;
}

type Shape = Pick<WeightLayer, 'inputs' | 'outputs'> & { readonly shape?: readonly number[] };

/** The form of a layer under a mask. @param inputGradient whether training needs the gradient at the layer's input */
export function formOf(
  layer: Shape,
  mask: BitMask,
  units: LiveUnits,
  inputGradient: boolean,
  sharing: Sharing = alone,
): Form {
  if (!isFull(mask)) return compressedForm(layer, mask, inputGradient, units, sharing);
  const { live, dead } = divided(layer, mask, units);
  const count = live.survivor.length;
  const parts = tapsOf(layer) === null ? partsOf(count, sharing) : 1;
  const bounds = (of: Uint32Array) => evenBounds(of.length, parts);
  return {
    kind: 'dense',
    order: joined(live.survivor, dead),
    live: count,
    division: parts === 1 ? null : { rows: bounds(units.outputs), columns: bounds(units.inputs) },
  };
}

/** The compressed form under any mask. */
export function compressedForm(
  layer: Shape,
  mask: BitMask,
  inputGradient: boolean,
  units: LiveUnits = allUnitsOf(layer),
  sharing: Sharing = alone,
): CompressedForm {
  const { live, dead } = divided(layer, mask, units);
  const { row, column, survivor } = live;
  const [inputs, outputs] = [units.inputs.length, units.outputs.length];
  const density = survivor.length === 0 ? 0 : survivor.length / (inputs * outputs);
  const taps = tapsOf(layer);
  const widthOf = (lines: number, places: number): number =>
    taps === null ? chunkWidth(density, lines, places) : taps * chunkChannels(density, places / taps);
  // Convolutions are divided in their own way.
  const parts = taps === null ? partsOf(survivor.length, sharing) : 1;
  const rows = compress(
    { lineCount: outputs, placeCount: inputs, line: row, place: column },
    widthOf(outputs, inputs),
    parts,
  );
  const order = joined(
    rows.order.map((entry) => survivor[entry]),
    dead,
  );
  const form = { kind: 'compressed', order, live: survivor.length, rows } as const;
  if (!inputGradient) {
    return { ...form, columns: null, division: parts === 1 ? null : { rows: rows.bounds, columns: new Int32Array(0) } };
  }

  const columns = compress(
    taps === null
      ? { lineCount: inputs, placeCount: outputs, line: column, place: row }
      : {
          lineCount: inputs / taps,
          placeCount: outputs * taps,
          line: column.map((c) => Math.floor(c / taps)),
          place: row.map((r, entry) => r * taps + (column[entry] % taps)),
        },
    taps === null ? widthOf(inputs, outputs) : widthOf(inputs / taps, outputs * taps),
    parts,
    taps === null && inputs > blocking.cachedRows ? 'ascending' : 'by-count',
  );
  const placeOf = new Uint32Array(rows.order.length);
  for (let place = 0; place < placeOf.length; place++) placeOf[rows.order[place]] = place;
  const permutation = columns.order.map((entry) => placeOf[entry]);
  return {
    ...form,
    columns: { ...columns, permutation },
    division: parts === 1 ? null : { rows: rows.bounds, columns: columns.bounds },
  };
}

/** Weights of a convolution's kernel for one pair of channels; null for a dense layer. */
function tapsOf({ shape }: Shape): number | null {
  return shape?.length === 4 ? shape[2] * shape[3] : null;
}

/** The survivors of a layer: those between live units, with their row and column among these, and the others. */
function divided({ inputs, outputs }: Shape, mask: BitMask, units: LiveUnits) {
  const positions = maskIndices(mask);
  const rowOf = numbered(outputs, units.outputs);
  const columnOf = numbered(inputs, units.inputs);
  const [row, column, survivor, dead] = Array.from({ length: 4 }, () => new Uint32Array(positions.length));
  let alive = 0;
  for (let s = 0; s < positions.length; s++) {
    const r = rowOf[Math.floor(positions[s] / inputs)];
    const c = columnOf[positions[s] % inputs];
    if (r < 0 || c < 0) {
      dead[s - alive] = s;
      continue;
    }
    row[alive] = r;
    column[alive] = c;
    survivor[alive++] = s;
  }
  const [live, others] = [alive, positions.length - alive];
  return {
    live: { row: row.subarray(0, live), column: column.subarray(0, live), survivor: survivor.subarray(0, live) },
    dead: dead.subarray(0, others),
  };
}

/** For each of `count` units its number among the live ones, or −1. */
function numbered(count: number, live: Uint32Array): Int32Array {
  const numbers = new Int32Array(count).fill(-1);
  for (const [number, unit] of live.entries()) numbers[unit] = number;
  return numbers;
}

function joined(first: Uint32Array, second: Uint32Array): Uint32Array {
  const whole = new Uint32Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}
