import type { Places } from './columns.js';
import type { Directions } from './directions.js';
import { around, sumOf } from './kernel.js';

/** What is learned of which inputs the outputs of each direction look for, and with which sign. */
export interface Affinity {
  /** By input: how much an output of the row's direction wants a positive weight here; negative: a negative one. */
  readonly pull: Float64Array;
  beginRow(output: number): void;
  /** Learns from a row: by place, survivors beyond expectation, with the sign of their start value. */
  endRow(signed: Float64Array): void;
}

/** Gradient descent on the code length: a matrix (dimensions, inputs), smoothed over a picture's neighbours. */
export function affinityOf({ placeOf, picture }: Places, { dimensions, values }: Directions): Affinity {
  const inputs = placeOf.length;
  const learned = new Float64Array(dimensions * inputs);
  const pull = new Float64Array(inputs);
  const kernel = picture && around(picture);
  let direction = values.subarray(0, dimensions);
  return {
    pull,
    beginRow(output) {
      direction = values.subarray(output * dimensions, (output + 1) * dimensions);
      pull.fill(0);
      for (let k = 0; k < dimensions; k++) {
        for (let input = 0; input < inputs; input++) pull[input] += direction[k] * learned[k * inputs + input];
      }
    },
    endRow(signed) {
      for (let input = 0; input < inputs; input++) {
        const place = placeOf[input];
        const lesson = kernel === null ? signed[place] : sumOf(kernel, signed, place);
        for (let k = 0; k < dimensions; k++) learned[k * inputs + input] += direction[k] * lesson;
      }
    },
  };
}
