import { UserError } from '@winnow/arithmetic';
import type { AveragePoolLayer, ConvolutionLayer, DenseLayer, Layer, MaxPoolLayer, Network } from '@winnow/engine';

/** One layer on its way: forward, then back, which adds to the gradients of its weights. */
interface Flow {
  forward(x: Float64Array): Float64Array;
  backward(dy: Float64Array): Float64Array;
}

/**
 * Synaptic flow |w| ⊙ ∂R ÷ ∂|w| of every weight, where R is the sum of the outputs for an input of ones, all weights being |w|, without biases
 * (Tanaka et al. 2020, eq. 1 and 5). ReLU is then the identity. In f64, sums in the order of the loops below. `weights`: one tensor a
 * layer, 0 where pruned.
 *
 * @throws UserError for a network with layers that it does not know: batch norms and shortcuts
 */
export function synapticFlow(network: Network, weights: readonly Float32Array[]): readonly Float64Array[] {
  requireFlow(network);
  const magnitudes = weights.map((tensor) => Float64Array.from(tensor, Math.abs));
  const gradients = magnitudes.map((tensor) => new Float64Array(tensor.length));
  let owner = -1;
  const flows = network.layers.map((layer) => {
    if (layer.kind === 'dense' || layer.kind === 'convolution') owner++;
    return flowThrough(layer, magnitudes[owner], gradients[owner]);
  });
  let x: Float64Array = new Float64Array(network.inputs).fill(1);
  for (const flow of flows) x = flow.forward(x);
  let dy: Float64Array = new Float64Array(x.length).fill(1);
  for (const flow of flows.toReversed()) dy = flow.backward(dy);
  return magnitudes.map((tensor, l) => tensor.map((w, i) => w * gradients[l][i]));
}

/** @throws UserError for a network with layers that synaptic flow does not know */
export function requireFlow({ layers }: Pick<Network, 'layers'>): void {
  const unknown = layers.find(({ kind }) => kind === 'batch-norm' || kind === 'subsample' || kind === 'residual');
  if (unknown === undefined) return;
  throw new UserError(
    `SynFlow does not know layers of the kind ${unknown.kind}. Choose another of the schedules before training.`,
  );
}

function flowThrough(layer: Layer, weights: Float64Array, gradient: Float64Array): Flow {
  switch (layer.kind) {
    case 'dense':
      return throughDense(layer, weights, gradient);
    case 'convolution':
      return throughConvolution(layer, weights, gradient);
    case 'max-pool':
      return throughMaxPool(layer);
    case 'average-pool':
      return throughAveragePool(layer);
    case 'relu':
    case 'dropout':
    case 'flatten':
      return { forward: (x) => x, backward: (dy) => dy };
    case 'batch-norm':
    case 'subsample':
    case 'residual':
      throw new RangeError(`no flow is known through a layer of the kind ${layer.kind}`);
  }
}

function throughDense({ inputs, outputs }: DenseLayer, weights: Float64Array, gradient: Float64Array): Flow {
  let seen: Float64Array = new Float64Array();
  return {
    forward(x) {
      seen = x;
      const y = new Float64Array(outputs);
      for (let o = 0; o < outputs; o++) for (let i = 0; i < inputs; i++) y[o] += weights[o * inputs + i] * x[i];
      return y;
    },
    backward(dy) {
      const dx = new Float64Array(inputs);
      for (let o = 0; o < outputs; o++) {
        for (let i = 0; i < inputs; i++) {
          gradient[o * inputs + i] = dy[o] * seen[i];
          dx[i] += weights[o * inputs + i] * dy[o];
        }
      }
      return dx;
    },
  };
}

function throughConvolution(layer: ConvolutionLayer, weights: Float64Array, gradient: Float64Array): Flow {
  const { input, output, kernel } = layer;
  let seen: Float64Array = new Float64Array();
  /** For each weight that is not 0 and each output that it reaches: its number, and those of the output and of the input. */
  const each = (visit: (weight: number, to: number, from: number) => void): void => {
    for (let weight = 0; weight < weights.length; weight++) {
      if (weights[weight] === 0) continue;
      const [j, i] = [weight % kernel, Math.floor(weight / kernel) % kernel];
      const channel = Math.floor(weight / (kernel * kernel)) % input.channels;
      const o = Math.floor(weight / (kernel * kernel * input.channels));
      for (let row = 0; row < output.height; row++) {
        const r = row * layer.stride + i - layer.padding;
        if (r < 0 || r >= input.height) continue;
        for (let column = 0; column < output.width; column++) {
          const q = column * layer.stride + j - layer.padding;
          if (q < 0 || q >= input.width) continue;
          visit(
            weight,
            (o * output.height + row) * output.width + column,
            (channel * input.height + r) * input.width + q,
          );
        }
      }
    }
  };
  return {
    forward(x) {
      seen = x;
      const y = new Float64Array(output.channels * output.height * output.width);
      each((weight, to, from) => {
        y[to] += weights[weight] * x[from];
      });
      return y;
    },
    backward(dy) {
      const dx = new Float64Array(seen.length);
      each((weight, to, from) => {
        gradient[weight] += dy[to] * seen[from];
        dx[from] += weights[weight] * dy[to];
      });
      return dx;
    },
  };
}

/** For each output of a pooling, in order: its number, and those of the inputs of its window, row by row. */
function windowsOf(
  { input, output, stride }: Pick<MaxPoolLayer, 'input' | 'output' | 'stride'>,
  rows: number,
  columns: number,
): readonly (readonly number[])[] {
  return Array.from({ length: output.channels * output.height * output.width }, (_, to) => {
    const column = to % output.width;
    const row = Math.floor(to / output.width) % output.height;
    const channel = Math.floor(to / (output.width * output.height));
    return Array.from({ length: rows * columns }, (_, k) => {
      const r = row * stride + Math.floor(k / columns);
      return (channel * input.height + r) * input.width + column * stride + (k % columns);
    });
  });
}

/** The gradient of a window goes to the first of its largest values. */
function throughMaxPool(layer: MaxPoolLayer): Flow {
  const windows = windowsOf(layer, layer.size, layer.size);
  let largest: readonly number[] = [];
  let inputs = 0;
  return {
    forward(x) {
      inputs = x.length;
      largest = windows.map((window) => window.reduce((best, from) => (x[from] > x[best] ? from : best)));
      return Float64Array.from(largest, (from) => x[from]);
    },
    backward(dy) {
      const dx = new Float64Array(inputs);
      for (const [to, from] of largest.entries()) dx[from] += dy[to];
      return dx;
    },
  };
}

function throughAveragePool(layer: AveragePoolLayer): Flow {
  const windows = windowsOf(layer, layer.rows, layer.columns);
  const size = layer.rows * layer.columns;
  let inputs = 0;
  return {
    forward(x) {
      inputs = x.length;
      return Float64Array.from(windows, (window) => window.reduce((sum, from) => sum + x[from], 0) / size);
    },
    backward(dy) {
      const dx = new Float64Array(inputs);
      for (const [to, window] of windows.entries()) for (const from of window) dx[from] += dy[to] / size;
      return dx;
    },
  };
}
