import { expf } from '@winnow/arithmetic';
import { denseLayers, type TicketHeader, type TicketTensors } from '../ticket/ticket.js';

/** What a network says of one picture. */
export interface Prediction {
  /** The class of the largest logit, the first on ties. */
  readonly label: number;
  /** (classes), the same bits as the engine's. */
  readonly logits: Float32Array;
  /** (classes): softmax of the logits. */
  readonly probabilities: Float32Array;
}

/** Survivors of a layer by columns, so that an input of zero costs nothing. */
interface Columns {
  readonly inputs: number;
  /** (inputs + 1): where each input's survivors begin. */
  readonly starts: Uint32Array;
  readonly rows: Uint32Array;
  readonly values: Float32Array;
  readonly biases: Float32Array;
  readonly hasRelu: boolean;
  /** (outputs), written by each prediction. */
  readonly output: Float32Array;
}

/**
 * A function from one picture to its prediction, with the bits of the engine: for each output the sum starts at the bias and runs over
 * ascending inputs, each product and each sum rounded to f32.
 *
 * Bytes (`Uint8Array`, `Uint8ClampedArray`) are multiplied by the ticket's scale; an array of floats is taken as it is.
 */
export function predictorOf(
  { network, scale }: TicketHeader,
  tensors: readonly TicketTensors[],
): (pixels: ArrayLike<number>) => Prediction {
  const relus = network.layers.flatMap(({ kind }, i) =>
    kind === 'dense' ? [network.layers[i + 1]?.kind === 'relu'] : [],
  );
  const layers = denseLayers(network).map(({ inputs, outputs }, l) => columnsOf(inputs, outputs, tensors[l], relus[l]));
  const input = new Float32Array(network.inputs);
  return (pixels) => {
    if (pixels.length !== network.inputs)
      throw new RangeError(`"${network.name}" takes ${network.inputs} values, not ${pixels.length}`);
    const factor = pixels instanceof Uint8Array || pixels instanceof Uint8ClampedArray ? scale : 1;
    for (let i = 0; i < input.length; i++) input[i] = pixels[i] * factor;
    let x: Float32Array = input;
    for (const layer of layers) x = forward(layer, x);
    return predictionOf(x.slice());
  };
}

function columnsOf(inputs: number, outputs: number, { weights, biases }: TicketTensors, hasRelu: boolean): Columns {
  const starts = new Uint32Array(inputs + 1);
  const rows: number[] = [];
  const values: number[] = [];
  for (let i = 0; i < inputs; i++) {
    for (let row = 0; row < outputs; row++) {
      const value = weights[row * inputs + i];
      if (value === 0) continue;
      rows.push(row);
      values.push(value);
    }
    starts[i + 1] = rows.length;
  }
  return {
    inputs,
    starts,
    rows: Uint32Array.from(rows),
    values: Float32Array.from(values),
    biases,
    hasRelu,
    output: new Float32Array(outputs),
  };
}

function forward({ inputs, starts, rows, values, biases, hasRelu, output }: Columns, x: Float32Array): Float32Array {
  output.set(biases);
  for (let i = 0; i < inputs; i++) {
    const lit = x[i];
    if (lit === 0) continue;
    const end = starts[i + 1];
    for (let place = starts[i]; place < end; place++) output[rows[place]] += Math.fround(values[place] * lit);
  }
  if (hasRelu) for (let row = 0; row < output.length; row++) if (!(output[row] > 0)) output[row] = 0;
  return output;
}

function predictionOf(logits: Float32Array): Prediction {
  let label = 0;
  for (let c = 1; c < logits.length; c++) if (logits[c] > logits[label]) label = c;
  const probabilities = logits.map((logit) => expf(Math.fround(logit - logits[label])));
  let sum = 0;
  for (const share of probabilities) sum += share;
  return { label, logits, probabilities: probabilities.map((share) => share / sum) };
}
