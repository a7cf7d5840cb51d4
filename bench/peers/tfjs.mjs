/** TensorFlow.js on its WebAssembly backend, with its own Adam. It has one thread in Node. */

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ADAM, BATCH, LAYERS } from '../lenet.mjs';
import * as protocol from './protocol.mjs';
import * as convolution from './tfjs_convolution.mjs';

const require = protocol.requireFrom('tfjs');
const log = console.log;
console.log = console.error; // it greets on standard output, where answers belong
const tf = require('@tensorflow/tfjs');
const wasm = require('@tensorflow/tfjs-backend-wasm');
wasm.setThreadsCount(1);
wasm.setWasmPaths(join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist/'));
await tf.setBackend('wasm');
await tf.ready();
console.log = log;
tf.env().set('PROD', true);
const VERSION = tf.version.tfjs;

const matrix = (values, width) => tf.tensor2d(values, [values.length / width, width]);

class Training {
  #batches;

  /** isFused: multiplication, bias and ReLU in one operation. */
  constructor(options, { images, labels }, isFused) {
    this.isFused = isFused;
    this.images = matrix(images, 784);
    this.targets = tf.tidy(() => tf.oneHot(tf.tensor1d(labels, 'int32'), 10).toFloat());
    this.#batches = protocol.batches(labels.length);
    this.layers = LAYERS.map(({ inputs, outputs }) => ({
      weight: tf.variable(tf.zeros([inputs, outputs])),
      bias: tf.variable(tf.zeros([outputs])),
    }));
    this.load(options.weights);
  }

  load(path) {
    const given = protocol.readWeights(path);
    tf.tidy(() => {
      this.layers.forEach(({ weight, bias }, index) => {
        weight.assign(matrix(given[index].weight, weight.shape[0]).transpose());
        bias.assign(tf.tensor1d(given[index].bias));
      });
    });
    this.optimizer = tf.train.adam(ADAM.rate, ADAM.beta1, ADAM.beta2, ADAM.epsilon);
  }

  loss(x, y) {
    const logits = this.layers.reduce((hidden, { weight, bias }, index) => {
      const isLast = index === this.layers.length - 1;
      if (this.isFused) return tf.fused.matMul({ a: hidden, b: weight, bias, activation: isLast ? 'linear' : 'relu' });
      const sums = tf.matMul(hidden, weight).add(bias);
      return isLast ? sums : sums.relu();
    }, x);
    return tf.losses.softmaxCrossEntropy(y, logits);
  }

  /** One step on the images of these indices. Returns the loss only if asked: reading it costs time. */
  train(indices, wantsLoss = false) {
    return tf.tidy(() => {
      const index = tf.tensor1d(indices, 'int32');
      const [x, y] = [tf.gather(this.images, index), tf.gather(this.targets, index)];
      return this.optimizer.minimize(() => this.loss(x, y), wantsLoss)?.dataSync()[0];
    });
  }

  run(steps) {
    for (let index = 0; index < steps; index++) this.train(this.#batches.next().value);
  }
}

/** Loss, gradients, and the loss before each of five Adam steps on the same batch. */
function reportLossAndGradient(options) {
  const set = { images: protocol.readFloats(options.inputs), labels: readFileSync(options.labels) };
  const job = new Training(options, set, options.variant === 'fused');
  const { grads } = tf.variableGrads(() => job.loss(job.images, job.targets));
  const flat = job.layers.flatMap(({ weight, bias }) => [
    grads[weight.name].transpose().dataSync(),
    grads[bias.name].dataSync(),
  ]);
  const everything = Int32Array.from({ length: BATCH }, (_, index) => index);
  const losses = Array.from({ length: 5 }, () => job.train(everything, true));
  protocol.say({
    peer: 'tfjs',
    version: VERSION,
    job: options.job,
    loss: losses[0],
    gradients: protocol.summary(flat),
    losses,
  });
}

const options = protocol.readOptions();
if (options.job === 'loss-and-gradient') {
  reportLossAndGradient(options);
} else if (options.job === 'training-step') {
  const set = protocol.readTrainingSet(options);
  await protocol.measure('tfjs', VERSION, options, {
    plain: () => new Training(options, set, false),
    fused: () => new Training(options, set, true),
  });
} else if (options.job === 'convolution-step') {
  await protocol.measureLongSteps('tfjs', VERSION, options, convolution.variants(tf, options));
} else if (options.job === 'convolution-check') {
  convolution.check(tf, options);
} else {
  throw new Error(`TensorFlow.js is not asked for ${options.job}`);
}
