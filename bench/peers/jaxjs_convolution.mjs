/**
 * jax-js on WebAssembly: Conv-2, Conv-4 and Conv-6, loss, gradient and Adam in one jitted function. A convolution is a product of matrices for
 * each of its taps, which is some twenty times as fast as jax-js's own.
 */
import { PICTURE } from '../convnets.mjs';
import { BATCH } from '../lenet.mjs';
import { weightsWithChannelsLast, withChannelsLast, withOutputsFirst } from './channels_last.mjs';
import { adamStep, corrections, crossEntropy, oneHot, rowsOf } from './jaxjs_parts.mjs';
import * as protocol from './protocol.mjs';

/** x (count, rows, columns, inputs), padded with zeros, by weight (3, 3, inputs, outputs). */
function convolved({ numpy: np }, x, weight) {
  const [count, height, width, inputs] = x.shape;
  const [rows, columns, , outputs] = weight.shape;
  const padded = np.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]]); // biome-ignore format: a table
  const products = Array.from({ length: rows * columns }, (_, tap) => {
    const [row, column] = [Math.floor(tap / columns), tap % columns];
    const read = padded.ref.slice([], [row, row + height], [column, column + width], []);
    return np.matmul(read.reshape([count * height * width, inputs]), weight.ref.slice(row, column));
  });
  padded.dispose();
  weight.dispose();
  return products.reduce((sum, product) => sum.add(product)).reshape([count, height, width, outputs]);
}

/** The maxima of windows of 2 × 2. */
function pooled({ numpy: np }, x) {
  const [count, height, width, channels] = x.shape;
  return np.max(x.reshape([count, height / 2, 2, width / 2, 2, channels]), [2, 4]);
}

/** The mean cross-entropy, a function of (parameters, x, y). */
function lossOf(jax, layers) {
  const { nn, numpy: np } = jax;
  return (parameters, x, y) => {
    const logits = parameters.reduce((hidden, { weight, bias }, index) => {
      if (layers[index].isConvolution) {
        const sums = nn.relu(convolved(jax, hidden, weight).add(bias));
        return index % 2 === 1 ? pooled(jax, sums) : sums;
      }
      const sums = np.matmul(hidden.reshape([BATCH, weight.shape[0]]), weight).add(bias);
      return index === parameters.length - 1 ? sums : nn.relu(sums);
    }, x);
    return crossEntropy(jax, logits, y);
  };
}

class Training {
  #state;
  #iteration = 0;

  constructor(jax, { network, weights }, { images, labels }) {
    Object.assign(this, { jax, network, images: withChannelsLast(images), targets: oneHot(labels) });
    this.load(weights);
    this.lossAndGradient = jax.valueAndGrad(lossOf(jax, this.layers));
    this.step = jax.jit(adamStep(jax, this.lossAndGradient));
    this.batches = protocol.batches(labels.length);
  }

  load(path) {
    const { tree, numpy: np } = this.jax;
    this.layers = weightsWithChannelsLast(this.network, protocol.readFloats(path));
    const parameters = this.layers.map(({ weight, bias, shape }) => ({
      weight: np.array(weight).reshape(shape),
      bias: np.array(bias),
    }));
    const zeros = () => tree.map((array) => np.zeros(array.shape), parameters);
    this.#state = [parameters, zeros(), zeros()];
    this.#iteration = 0;
  }

  /** The pictures of these indices, and what they are. */
  batch(indices) {
    const { numpy: np } = this.jax;
    const { channels, side, values } = PICTURE;
    const x = np.array(rowsOf(this.images, values, indices)).reshape([indices.length, side, side, channels]);
    return [x, np.array(rowsOf(this.targets, 10, indices)).reshape([indices.length, 10])];
  }

  async train(indices) {
    this.#iteration++;
    const rates = corrections(this.jax.numpy, this.#iteration);
    const [parameters, first, second, loss] = this.step(...this.#state, ...this.batch(indices), ...rates);
    this.#state = [parameters, first, second];
    await this.jax.blockUntilReady(parameters);
    return loss;
  }

  /** Of weights, outputs first, and of biases, layer after layer. */
  async gradients(indices) {
    const { jit, tree } = this.jax;
    const [loss, gradients] = jit(this.lossAndGradient)(tree.ref(this.#state[0]), ...this.batch(indices));
    loss.dispose();
    const flat = [];
    for (const [index, { weight, bias }] of gradients.entries()) {
      flat.push(withOutputsFirst(await weight.data(), this.layers[index]), await bias.data());
    }
    return flat;
  }

  async run(steps) {
    for (let index = 0; index < steps; index++) (await this.train(this.batches.next().value)).dispose();
  }
}

export function variants(jax, options) {
  const set = protocol.readPictures(options);
  return { 'a product for each tap': () => new Training(jax, options, set) };
}

/** The gradients at the first batch, and the loss before each of some Adam steps on it. */
export async function check(jax, version, options) {
  const set = protocol.firstPictures(protocol.readPictures(options));
  const job = new Training(jax, options, set);
  const everything = Int32Array.from(set.labels.keys());
  const gradients = protocol.summary(await job.gradients(everything));
  const losses = [];
  for (let step = 0; step < 3; step++) losses.push((await (await job.train(everything)).data())[0]);
  protocol.say({ peer: 'jaxjs', version, job: options.job, gradients, losses });
}
