/**
 * TensorFlow.js on its WebAssembly backend: Conv-2, Conv-4 and Conv-6 with its own Adam. That backend has no kernel for the gradient of a
 * convolution's filters in two dimensions, and with the one in three a step takes more than a minute; but the gradient is a convolution, too.
 */
import { PICTURE } from '../convnets.mjs';
import { ADAM, BATCH } from '../lenet.mjs';
import { weightsWithChannelsLast, withChannelsLast, withOutputsFirst } from './channels_last.mjs';
import * as protocol from './protocol.mjs';

/** How it convolves x (count, rows, columns, inputs) with filters (3, 3, inputs, outputs). */
const waysOf = (tf) => ({
  plain: (x, filters) => tf.conv2d(x, filters, 1, 'same'),
  'filter gradients as convolutions': tf.customGrad((x, filters, save) => {
    save([x, filters]);
    return {
      value: tf.conv2d(x, filters, 1, 'same'),
      gradFunc: (dy, [x, filters]) => [tf.conv2dTranspose(dy, filters, x.shape, 1, 'same'), filterGradient(tf, x, dy)],
    };
  }),
});

/** Channels are its pictures, the batch their channels, and the gradients at the results its filters. */
function filterGradient(tf, x, dy) {
  const sums = tf.conv2d(paddedPicture(tf, x).transpose([3, 1, 2, 0]), dy.transpose([1, 2, 0, 3]), 1, 'valid');
  return sums.transpose([1, 2, 0, 3]);
}

const paddedPicture = (tf, x) => tf.pad(x, [0, 1, 1, 0].map((width) => [width, width])); // biome-ignore format: one row

class Training {
  #batches;

  constructor(tf, { network, weights }, { images, labels }, convolve) {
    Object.assign(this, { tf, network, convolve });
    const { channels, side, values } = PICTURE;
    this.images = tf.tensor4d(withChannelsLast(images), [images.length / values, side, side, channels]);
    this.targets = tf.tidy(() => tf.oneHot(tf.tensor1d(labels, 'int32'), 10).toFloat());
    this.#batches = protocol.batches(labels.length);
    this.load(weights);
  }

  load(path) {
    const { tf } = this;
    this.layers?.forEach(({ weight, bias }) => {
      tf.dispose([weight, bias]);
    });
    this.layers = weightsWithChannelsLast(this.network, protocol.readFloats(path)).map((layer) => ({
      ...layer,
      weight: tf.tidy(() => tf.variable(tf.tensor(layer.weight, layer.shape))),
      bias: tf.tidy(() => tf.variable(tf.tensor1d(layer.bias))),
    }));
    this.optimizer?.dispose();
    this.optimizer = tf.train.adam(ADAM.rate, ADAM.beta1, ADAM.beta2, ADAM.epsilon);
  }

  loss(x, y) {
    const { tf } = this;
    const logits = this.layers.reduce((hidden, { isConvolution, weight, bias }, index) => {
      if (isConvolution) {
        const sums = this.convolve(hidden, weight).add(bias).relu();
        return index % 2 === 1 ? tf.maxPool(sums, 2, 2, 'valid') : sums;
      }
      const sums = tf.matMul(hidden.reshape([BATCH, -1]), weight).add(bias);
      return index === this.layers.length - 1 ? sums : sums.relu();
    }, x);
    return tf.losses.softmaxCrossEntropy(y, logits);
  }

  /** One step on the pictures of these indices. Returns the loss only if asked: reading it costs time. */
  train(indices, wantsLoss = false) {
    const { tf } = this;
    return tf.tidy(() => {
      const index = tf.tensor1d(indices, 'int32');
      const [x, y] = [tf.gather(this.images, index), tf.gather(this.targets, index)];
      return this.optimizer.minimize(() => this.loss(x, y), wantsLoss)?.dataSync()[0];
    });
  }

  /** Of weights, outputs first, and of biases, layer after layer. */
  gradients() {
    const { tf } = this;
    const { grads } = tf.variableGrads(() => this.loss(this.images, this.targets));
    return this.layers.flatMap((layer) => [
      withOutputsFirst(grads[layer.weight.name].dataSync(), layer),
      grads[layer.bias.name].dataSync(),
    ]);
  }

  run(steps) {
    for (let index = 0; index < steps; index++) this.train(this.#batches.next().value);
  }
}

export function variants(tf, options) {
  const set = protocol.readPictures(options);
  return Object.fromEntries(
    Object.entries(waysOf(tf)).map(([name, convolve]) => [name, () => new Training(tf, options, set, convolve)]),
  );
}

/** The gradients at the first batch, and the loss before each of some Adam steps on it. */
export function check(tf, options) {
  const set = protocol.firstPictures(protocol.readPictures(options));
  const job = new Training(tf, options, set, waysOf(tf)[options.variant]);
  const gradients = protocol.summary(job.gradients());
  const everything = Int32Array.from(set.labels.keys());
  const losses = Array.from({ length: 3 }, () => job.train(everything, true));
  protocol.say({ peer: 'tfjs', version: tf.version.tfjs, job: options.job, gradients, losses });
}
