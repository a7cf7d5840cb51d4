/** jax-js on WebAssembly: loss, gradient and Adam in one jitted function. It has one thread in Node, which has no web workers. */

import { readFileSync } from 'node:fs';
import { BATCH } from '../lenet.mjs';
import * as convolution from './jaxjs_convolution.mjs';
import { adamStep, corrections, crossEntropy, oneHot, rowsOf } from './jaxjs_parts.mjs';
import { PEERS } from './peers.mjs';
import * as protocol from './protocol.mjs';

// Node 20 has no navigator, of which jax-js asks the number of cores.
globalThis.navigator ??= { hardwareConcurrency: 1 };
const jax = protocol.requireFrom('jaxjs')('@jax-js/jax');
const { numpy: np, nn, tree } = jax;
const VERSION = PEERS.jaxjs.packages['@jax-js/jax'];

await jax.init('wasm');
jax.defaultDevice('wasm');

const matrix = (values, rows) => np.array(values).reshape([rows, values.length / rows]);
/** Weights are kept as (inputs, outputs), the order in which jax-js multiplies fastest. */
const toParameters = (layers) =>
  layers.map(({ weight, bias }) => ({
    weight: np.transpose(matrix(weight.slice(), bias.length)),
    bias: np.array(bias.slice()),
  }));

// Every function consumes its arguments; `.ref` keeps one for another use.
function lossOf(parameters, x, y) {
  const logits = parameters.reduce((hidden, { weight, bias }, index) => {
    const sums = np.matmul(hidden, weight).add(bias);
    return index === parameters.length - 1 ? sums : nn.relu(sums);
  }, x);
  return crossEntropy(jax, logits, y);
}
/** Returns [loss, gradients]. */
const lossAndGradient = jax.valueAndGrad(lossOf);

const step = adamStep(jax, lossAndGradient);

const take = (images, indices) => np.take(images, indices, 0);
const gatheringStep = (parameters, first, second, images, labels, indices, rate, correction) =>
  step(parameters, first, second, take(images, indices.ref), take(labels, indices), rate, correction);

class Training {
  #jitted;
  #batches;
  #state;
  #iteration = 0;

  /** gather: 'jit' inside the jitted step, 'device' by jax-js before it, 'host' by JavaScript. */
  constructor(options, { images, labels }, gather) {
    const count = labels.length;
    this.gather = gather;
    this.host = { images, targets: oneHot(labels) };
    if (gather !== 'host') {
      this.images = matrix(images, count);
      this.targets = matrix(this.host.targets, count);
    }
    this.#batches = protocol.batches(count);
    this.#jitted = jax.jit(gather === 'jit' ? gatheringStep : step);
    this.load(options.weights);
  }

  load(path) {
    const parameters = toParameters(protocol.readWeights(path));
    const zeros = () => tree.map((array) => np.zeros(array.shape), parameters);
    this.#state = [parameters, zeros(), zeros()];
    this.#iteration = 0;
  }

  /** The arguments of the jitted step that stand for one batch. */
  batch(indices) {
    if (this.gather === 'host') {
      return [
        matrix(rowsOf(this.host.images, 784, indices), BATCH),
        matrix(rowsOf(this.host.targets, 10, indices), BATCH),
      ];
    }
    const index = np.array(indices, { dtype: np.int32 });
    if (this.gather === 'jit') return [this.images.ref, this.targets.ref, index];
    return [take(this.images.ref, index.ref), take(this.targets.ref, index)];
  }

  async train(batch) {
    this.#iteration++;
    const [parameters, first, second, loss] = this.#jitted(
      ...this.#state,
      ...batch,
      ...corrections(np, this.#iteration),
    );
    this.#state = [parameters, first, second];
    await jax.blockUntilReady(parameters);
    return loss;
  }

  async run(steps) {
    for (let index = 0; index < steps; index++) {
      const loss = await this.train(this.batch(this.#batches.next().value));
      loss.dispose();
    }
  }
}

/** Loss, gradients, and the loss before each of five Adam steps on the same batch. */
async function reportLossAndGradient(options) {
  const set = { images: protocol.readFloats(options.inputs), labels: readFileSync(options.labels) };
  const job = new Training(options, set, 'host');
  const everything = Int32Array.from(set.labels.keys());
  const [value, gradients] = lossAndGradient(
    toParameters(protocol.readWeights(options.weights)),
    ...job.batch(everything),
  );
  value.dispose();
  const flat = [];
  for (const { weight, bias } of gradients) flat.push(await np.transpose(weight).data(), await bias.data());
  const losses = [];
  for (let index = 0; index < 5; index++) losses.push((await (await job.train(job.batch(everything))).data())[0]);
  protocol.say({
    peer: 'jaxjs',
    version: VERSION,
    job: options.job,
    loss: losses[0],
    gradients: protocol.summary(flat),
    losses,
  });
}

const options = protocol.readOptions();
if (options.job === 'loss-and-gradient') {
  await reportLossAndGradient(options);
} else if (options.job === 'training-step') {
  const set = protocol.readTrainingSet(options);
  await protocol.measure('jaxjs', VERSION, options, {
    'gather in JavaScript': () => new Training(options, set, 'host'),
    'gather by jax-js': () => new Training(options, set, 'device'),
    'gather in the jitted step': () => new Training(options, set, 'jit'),
  });
} else if (options.job === 'convolution-step') {
  await protocol.measureLongSteps('jaxjs', VERSION, options, convolution.variants(jax, options));
} else if (options.job === 'convolution-check') {
  await convolution.check(jax, VERSION, options);
} else {
  throw new Error(`jax-js is not asked for ${options.job}`);
}
