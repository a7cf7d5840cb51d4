import { held } from '../mixing/bins.js';
import type { MaskLayer } from './mask-layer.js';

/** Classes beyond this share the dimensions of the first ones. */
const MOST_DIMENSIONS = 16;

/**
 * Which classes each output of a layer speaks for, guessed from start values and masks alone: (outputs, dimensions). A
 * ticket's weights mostly keep the sign they started with, so the guess is good, and outputs that point the same way look
 * for the same inputs.
 */
export interface Directions {
  readonly dimensions: number;
  readonly values: Float64Array;
}

/** The outputs of the last layer speak for their own class and against all. */
export function classDirections(classes: number): Directions {
  const dimensions = Math.min(classes, MOST_DIMENSIONS);
  const values = new Float64Array(classes * dimensions).fill(-1 / dimensions);
  for (let c = 0; c < classes; c++) values[c * dimensions + (c % dimensions)] += 1;
  return { dimensions, values };
}

/**
 * Directions of what a layer reads, which are the outputs of the layer before: the sum over surviving weights, each of length 1
 * or 0.
 *
 * @param weights what the weights are known or guessed to be, (outputs, inputs)
 * @param most the weight from which on more counts no more
 */
export function inputDirections(
  { inputs, outputs, inputsPerUnit }: MaskLayer,
  survives: Uint8Array,
  weights: Float32Array,
  most: number,
  { dimensions, values }: Directions,
): Directions {
  const units = inputs / inputsPerUnit;
  const sums = new Float64Array(units * dimensions);
  for (let output = 0; output < outputs; output++) {
    for (let input = 0; input < inputs; input++) {
      const weight = output * inputs + input;
      if (survives[weight] === 0) continue;
      const pull = held(weights[weight] / most, 1);
      const unit = Math.floor(input / inputsPerUnit);
      for (let k = 0; k < dimensions; k++) sums[unit * dimensions + k] += pull * values[output * dimensions + k];
    }
  }
  for (let u = 0; u < units; u++) shorten(sums.subarray(u * dimensions, (u + 1) * dimensions));
  return { dimensions, values: sums };
}

function shorten(vector: Float64Array): void {
  let squares = 0;
  for (const value of vector) squares += value * value;
  if (squares === 0) return;
  const length = Math.sqrt(squares);
  for (let k = 0; k < vector.length; k++) vector[k] /= length;
}
