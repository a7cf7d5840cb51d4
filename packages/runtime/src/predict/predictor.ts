import { expf } from '@winnow/arithmetic';
import type { ChannelScaling, TicketHeader, TicketTensors } from '../ticket/ticket.js';
import type { DenseKernel } from './stage.js';
import { stagesOf } from './stages.js';

/** What a network says of one picture. */
export interface Prediction {
  /** The class of the largest logit, the first on ties. */
  readonly label: number;
  /** (classes), the same bits as the engine's. */
  readonly logits: Float32Array;
  /** (classes): softmax of the logits. */
  readonly probabilities: Float32Array;
}

/**
 * A function from one picture to its prediction, with the bits of the engine: for each output the sum starts at the bias and runs over
 * ascending inputs, each product and each sum rounded to f32.
 *
 * Bytes (`Uint8Array`, `Uint8ClampedArray`) are scaled as the ticket says; an array of floats is taken as it is.
 *
 * @param kernel what computes dense layers in place of plain TypeScript, from `loadKernels`
 */
export function predictorOf(
  { network, scale, channels }: TicketHeader,
  tensors: readonly TicketTensors[],
  kernel?: DenseKernel,
): (pixels: ArrayLike<number>) => Prediction {
  const stages = stagesOf(network, tensors, kernel);
  const input = new Float32Array(network.inputs);
  return (pixels) => {
    if (pixels.length !== network.inputs)
      throw new RangeError(`"${network.name}" takes ${network.inputs} values, not ${pixels.length}`);
    const areBytes = pixels instanceof Uint8Array || pixels instanceof Uint8ClampedArray;
    const factor = areBytes ? scale : 1;
    for (let i = 0; i < input.length; i++) input[i] = pixels[i] * factor;
    if (areBytes && channels !== undefined) standardise(input, channels);
    let x: Float32Array = input;
    for (const stage of stages) x = stage(x);
    return predictionOf(x.slice());
  };
}

function standardise(x: Float32Array, channels: readonly ChannelScaling[]): void {
  const pixels = x.length / channels.length;
  for (let i = 0; i < x.length; i++) {
    const { factor, shift } = channels[Math.floor(i / pixels)];
    x[i] = Math.fround(x[i] * factor) + shift;
  }
}

function predictionOf(logits: Float32Array): Prediction {
  let label = 0;
  for (let c = 1; c < logits.length; c++) if (logits[c] > logits[label]) label = c;
  const probabilities = logits.map((logit) => expf(Math.fround(logit - logits[label])));
  let sum = 0;
  for (const share of probabilities) sum += share;
  return { label, logits, probabilities: probabilities.map((share) => share / sum) };
}
