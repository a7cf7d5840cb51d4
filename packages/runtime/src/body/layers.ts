import type { BitCoder } from '../coder/bit-coder.js';
import { classDirections, type Directions, inputDirections } from '../mask/directions.js';
import { type CodeValue, codeLayerMask, type OutputsKnown } from '../mask/layer-mask.js';
import type { MaskLayer } from '../mask/mask-layer.js';
import type { ValueCode } from '../values/value-code.js';
import { type ValueCoder, valueCoder } from '../values/value-coder.js';

/** The values of a layer that are stored beside its mask. */
export interface ValueLayer {
  readonly weightCode: ValueCode;
  readonly biasCode: ValueCode;
  /** (outputs, inputs); what is pruned is 0. A writer reads it, a reader fills it. */
  readonly weights: Float32Array;
  /** (outputs); 0 for an output that nobody reads. */
  readonly biases: Float32Array;
}

/** Values for each layer, and what codes their bits: the mask's bits have a coder of their own. */
export interface StoredValues {
  readonly layers: readonly ValueLayer[];
  readonly coder: BitCoder;
}

/**
 * Codes all masks, and after each survivor's bit its value where values are stored; then the biases. The last layer comes
 * first, so that it is known which outputs nobody reads.
 */
export function codeLayers(
  layers: readonly MaskLayer[],
  survives: readonly Uint8Array[],
  coder: BitCoder,
  values: StoredValues | null,
): void {
  let known: OutputsKnown = { directions: classDirections(layers[layers.length - 1].outputs), readers: null };
  for (let l = layers.length - 1; l >= 0; l--) {
    const layer = layers[l];
    const directions = known.directions;
    if (values === null) {
      codeLayerMask(layer, known, coder, survives[l], null);
      known = knownOf(layer, survives[l], layer.initial, layer.deviation, directions);
    } else {
      const { weights, weightCode, biases, biasCode } = values.layers[l];
      codeLayerMask(layer, known, coder, survives[l], codeInto(weights, valueCoder(weightCode, values.coder)));
      codeBiases(biases, valueCoder(biasCode, values.coder), known.readers);
      known = knownOf(layer, survives[l], weights, meanSize(weights), directions);
    }
  }
}

/** What a layer, once coded, says of the outputs of the layer before it. */
function knownOf(
  layer: MaskLayer,
  survives: Uint8Array,
  weights: Float32Array,
  unit: number,
  directions: Directions,
): OutputsKnown {
  return {
    directions: inputDirections(layer, survives, weights, unit, directions),
    readers: readersOf(layer, survives),
  };
}

function codeInto(weights: Float32Array, code: ValueCoder): CodeValue {
  return (weight, around) => {
    weights[weight] = code(weights[weight], around);
    return weights[weight] < 0 ? -1 : 1;
  };
}

const NOTHING_AROUND = { output: 0, start: 0, near: 0, far: 0, pull: 0 };

function codeBiases(biases: Float32Array, code: ValueCoder, readers: Uint32Array | null): void {
  for (let output = 0; output < biases.length; output++) {
    if (readers === null || readers[output] > 0) biases[output] = code(biases[output], NOTHING_AROUND);
  }
}

/** Mean of |w| over what is not 0; 1 if all are. */
function meanSize(weights: Float32Array): number {
  let sum = 0;
  let count = 0;
  for (const weight of weights) {
    if (weight === 0) continue;
    sum += Math.abs(weight);
    count++;
  }
  return count === 0 ? 1 : sum / count;
}

/** How many weights that read each unit of the layer before survive. */
function readersOf({ inputs, inputsPerUnit }: MaskLayer, survives: Uint8Array): Uint32Array {
  const readers = new Uint32Array(inputs / inputsPerUnit);
  for (let weight = 0; weight < survives.length; weight++)
    readers[Math.floor((weight % inputs) / inputsPerUnit)] += survives[weight];
  return readers;
}
