import { type BitMask, isFull, maskIndices } from '@winnow/arithmetic';
import type { WeightLayer } from '../network/network.js';
import { chunkWidth } from './chunk-width.js';
import { compress, type Structure } from './compress.js';

/** How a layer's weights lie in memory. It never changes a bit of a result (docs/arithmetic.md). */
export type Form = DenseForm | CompressedForm;

/** All weights in row order, while nothing is pruned. */
export interface DenseForm {
  readonly kind: 'dense';
}

/** Survivors only, from the first pruned weight on. */
export interface CompressedForm {
  readonly kind: 'compressed';
  readonly survivors: number;
  /** Rows of the weights in column chunks; its order is that of the values: the survivor (in row order) in each place. */
  readonly rows: Structure;
  /** Columns in row chunks, and each one's place among the values: for the input gradient; null where none is needed. */
  readonly columns: (Structure & { readonly permutation: Uint32Array }) | null;
}

/** The form of a layer under a mask. @param inputGradient whether training needs the gradient at the layer's input */
export function formOf(layer: WeightLayer, mask: BitMask, inputGradient: boolean): Form {
  return isFull(mask) ? { kind: 'dense' } : compressedForm(layer, mask, inputGradient);
}

/** The compressed form under any mask. */
export function compressedForm(
  layer: Pick<WeightLayer, 'inputs' | 'outputs'>,
  mask: BitMask,
  inputGradient: boolean,
): CompressedForm {
  const positions = maskIndices(mask);
  const row = positions.map((position) => Math.floor(position / layer.inputs));
  const column = positions.map((position) => position % layer.inputs);
  const density = positions.length / mask.length;
  const rows = compress(
    { lineCount: layer.outputs, placeCount: layer.inputs, line: row, place: column },
    chunkWidth(density, layer.inputs),
  );
  if (!inputGradient) return { kind: 'compressed', survivors: positions.length, rows, columns: null };

  const columns = compress(
    { lineCount: layer.inputs, placeCount: layer.outputs, line: column, place: row },
    chunkWidth(density, layer.outputs),
  );
  const placeOf = new Uint32Array(positions.length);
  for (let place = 0; place < placeOf.length; place++) placeOf[rows.order[place]] = place;
  const permutation = columns.order.map((survivor) => placeOf[survivor]);
  return { kind: 'compressed', survivors: positions.length, rows, columns: { ...columns, permutation } };
}
