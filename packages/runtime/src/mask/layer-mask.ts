import { log64 } from '@winnow/arithmetic';
import type { BitCoder } from '../coder/bit-coder.js';
import { ONE } from '../coder/interval.js';
import { bin, held } from '../mixing/bins.js';
import { contextMixer } from '../mixing/context-mixer.js';
import { affinityOf } from './affinity.js';
import { columnsOf, placesOf } from './columns.js';
import { maskMixer } from './design.js';
import type { Directions } from './directions.js';
import { farBefore, nearBefore, sumOf } from './kernel.js';
import type { MaskLayer } from './mask-layer.js';

/** Probability that a layer is whole: nothing is pruned from it. */
const WHOLE = ONE / 16;

/** What the layers after a layer, coded before it, say of its outputs. */
export interface OutputsKnown {
  readonly directions: Directions;
  /** How many weights read each output; null in the last layer. */
  readonly readers: Uint32Array | null;
}

/** What is seen of a weight's surroundings when its value is coded, right after its mask bit. */
export interface Surroundings {
  output: number;
  /** Its start value in standard deviations. */
  start: number;
  /** Signed survivors before it in the picture, near and far: positive where positive weights stand. */
  near: number;
  far: number;
  /** What other outputs of the same direction want here: positive for a positive weight. */
  pull: number;
}

/** Codes the value of a surviving weight. @returns its sign, 1 or −1, which the weights after it learn from */
export type CodeValue = (weight: number, around: Surroundings) => number;

/**
 * Codes the mask of a layer, row by row, those outputs first that most weights read. `survives` (outputs, inputs) holds a 0
 * or 1 for each weight: a writer reads it, a reader fills it. Where values are stored too, `codeValue` codes each survivor's in turn.
 */
export function codeLayerMask(
  layer: MaskLayer,
  known: OutputsKnown,
  coder: BitCoder,
  survives: Uint8Array,
  codeValue: CodeValue | null,
): void {
  const { inputs, outputs, initial, deviation } = layer;
  const isWhole = coder(WHOLE, survives.includes(0) ? 0 : 1) === 1;
  if (isWhole) survives.fill(1);
  if (isWhole && codeValue === null) return;
  const places = placesOf(layer);
  const { placeOf, picture } = places;
  const columns = columnsOf(places);
  const affinity = affinityOf(places, known.directions);
  const near = picture && nearBefore(picture);
  const far = picture && farBefore(picture);
  const mixer = contextMixer(maskMixer(picture !== null));
  const { context, numbers } = mixer;
  /** By place, in this row: survivors beyond expectation; the same with the sign of their start value. */
  const surprise = new Float64Array(places.size);
  const signed = new Float64Array(places.size);
  const around: Surroundings = { output: 0, start: 0, near: 0, far: 0, pull: 0 };

  for (const output of rowOrder(outputs, known.readers)) {
    surprise.fill(0);
    signed.fill(0);
    columns.beginRow();
    affinity.beginRow(output);
    const readers = known.readers === null ? 0 : log64(known.readers[output] + 0.3);
    let ones = 0;
    let expected = 0;
    for (let input = 0; input < inputs; input++) {
      const weight = output * inputs + input;
      const place = placeOf[input];
      const start = initial[weight] / deviation;
      const size = Math.abs(start);
      const lean = held(start, 1);

      const nearSurprise = near === null ? 0 : sumOf(near, surprise, place);
      const farSurprise = far === null ? 0 : sumOf(far, surprise, place);
      around.output = output;
      around.start = start;
      around.near = near === null ? 0 : sumOf(near, signed, place);
      around.far = far === null ? 0 : sumOf(far, signed, place);
      around.pull = affinity.pull[input];
      const nearSigned = lean * around.near;
      const farSigned = lean * around.far;
      const wanted = lean * around.pull;
      const rowExcess = log64((ones + 1) / (expected + 1));

      const sizeBin = bin(size, 0, 0.2, 18);
      context[0] = sizeBin + (start > 0 ? 18 : 0);
      context[1] = sizeBin * 12 + bin(log64(columns.density(place)), -7, 0.7, 12);
      context[2] = bin(wanted, -3, 0.3, 20) * 20 + bin(nearSigned, -3, 0.3, 20);
      context[3] = bin(farSurprise, -3, 0.25, 24) * 16 + bin(rowExcess, -2.8, 0.35, 16);
      numbers[0] = log64((columns.ones[place] + 0.4) / (columns.expected[place] + 0.4));
      numbers[1] = held(nearSigned, 3);
      numbers[2] = held(nearSurprise, 3);
      numbers[3] = held(farSigned, 3);
      numbers[4] = held(farSurprise, 3);
      numbers[5] = readers;
      numbers[6] = held(wanted, 4);
      numbers[7] = (size - 0.8) * held(farSurprise, 2);

      const bit = isWhole ? 1 : mixer.code(coder, survives[weight]);
      const predicted = isWhole ? 0 : mixer.predicted;
      survives[weight] = bit;
      const excess = bit - predicted;
      surprise[place] = excess;
      signed[place] = excess * (bit === 1 && codeValue !== null ? codeValue(weight, around) : lean);
      ones += bit;
      expected += predicted;
      columns.ones[place] += bit;
      columns.expected[place] += predicted;
    }
    columns.endRow();
    if (known.readers === null || known.readers[output] > 0) affinity.endRow(signed);
  }
}

/** Outputs by falling number of readers, in ascending order among equals. */
function rowOrder(outputs: number, readers: Uint32Array | null): readonly number[] {
  const order = Array.from({ length: outputs }, (_, i) => i);
  return readers === null ? order : order.sort((a, b) => readers[b] - readers[a] || a - b);
}
