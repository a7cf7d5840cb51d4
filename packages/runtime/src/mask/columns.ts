import { around, sumOf } from './kernel.js';
import type { MaskLayer } from './mask-layer.js';
import { type PaddedPicture, paddedPicture } from './picture.js';

/** Where a layer's inputs stand in arrays over them: one after the other, or as a picture with room around. */
export interface Places {
  readonly size: number;
  readonly placeOf: Uint32Array;
  readonly picture: PaddedPicture | null;
}

export function placesOf({ inputs, picture }: MaskLayer): Places {
  if (picture === null) return { size: inputs, placeOf: Uint32Array.from({ length: inputs }, (_, i) => i), picture };
  const padded = paddedPicture(picture);
  return { size: padded.size, placeOf: padded.placeOf, picture: padded };
}

/** How many survivors each input has had in the rows that are done. */
export interface Columns {
  /** By place: survivors, and how many were expected. */
  readonly ones: Float64Array;
  readonly expected: Float64Array;
  /** Looks at what the rows before say, before a row is coded. */
  beginRow(): void;
  /** The density to expect of an input, from its own rows and, in a picture, from its neighbours'. */
  density(place: number): number;
  endRow(): void;
}

export function columnsOf({ size, placeOf, picture }: Places): Columns {
  const ones = new Float64Array(size);
  const expected = new Float64Array(size);
  const near = new Float64Array(size);
  const kernel = picture && around(picture);
  const kernelWeight = kernel ? kernel.weights.reduce((sum, weight) => sum + weight, 0) : 1;
  let rows = 0;
  return {
    ones,
    expected,
    beginRow() {
      if (kernel === null) return;
      for (const place of placeOf) near[place] = sumOf(kernel, ones, place) / kernelWeight;
    },
    density(place) {
      if (kernel === null) return (ones[place] + 0.4) / (rows + 4);
      return (ones[place] + (3 * (near[place] + 0.1)) / (rows + 1)) / (rows + 3);
    },
    endRow() {
      rows++;
    },
  };
}
