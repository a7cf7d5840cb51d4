/** onnxruntime in Node: inference of a dense ONNX file, through its public interface and through the binding below it. */

import { readFileSync } from 'node:fs';
import { BATCH, LAYERS } from '../lenet.mjs';
import { PEERS } from './peers.mjs';
import * as protocol from './protocol.mjs';

const require = protocol.requireFrom('onnxruntime');
const ort = require('onnxruntime-node');
const VERSION = PEERS.onnxruntime.packages['onnxruntime-node'];
const OUTPUTS = LAYERS.at(-1).outputs;

const sessionOptions = ({ threads }) => ({
  executionProviders: ['cpu'],
  graphOptimizationLevel: 'all',
  executionMode: 'sequential',
  enableCpuMemArena: true,
  enableMemPattern: true,
  intraOpNumThreads: threads,
  interOpNumThreads: 1,
});

/** Input and output, allocated once. */
function tensors(options) {
  const { batch } = options;
  return {
    feeds: { x: new ort.Tensor('float32', protocol.firstImages(options), [batch, LAYERS[0].inputs]) },
    fetches: { logits: new ort.Tensor('float32', new Float32Array(batch * OUTPUTS), [batch, OUTPUTS]) },
  };
}

/** The public interface: one promise a call. */
async function throughSession(options) {
  const session = await ort.InferenceSession.create(options.onnx, sessionOptions(options));
  const { feeds, fetches } = tensors(options);
  return {
    run: async (steps) => {
      for (let index = 0; index < steps; index++) await session.run(feeds, fetches);
    },
  };
}

/** The native binding that the public interface calls, without its promise: faster for a small batch. */
function throughBinding(options) {
  const { binding, initOrt } = require('onnxruntime-node/dist/binding.js');
  initOrt();
  const session = new binding.InferenceSession();
  session.loadModel(options.onnx, sessionOptions(options));
  const { feeds, fetches } = tensors(options);
  return {
    run: (steps) => {
      for (let index = 0; index < steps; index++) session.run(feeds, fetches, {});
    },
  };
}

/** The loss of a batch: onnxruntime has no gradients, but its outputs can be checked. */
async function reportLoss(options) {
  const session = await ort.InferenceSession.create(options.onnx, sessionOptions(options));
  const x = new ort.Tensor('float32', protocol.readFloats(options.inputs), [BATCH, LAYERS[0].inputs]);
  const logits = (await session.run({ x })).logits.data;
  const losses = Array.from(readFileSync(options.labels), (label, image) => {
    const row = logits.subarray(image * OUTPUTS, (image + 1) * OUTPUTS);
    const largest = Math.max(...row);
    return largest + Math.log(row.reduce((sum, value) => sum + Math.exp(value - largest), 0)) - row[label];
  });
  const loss = losses.reduce((sum, value) => sum + value, 0) / BATCH;
  protocol.say({ peer: 'onnxruntime', version: VERSION, job: options.job, loss });
}

const options = protocol.readOptions();
if (options.job === 'loss-and-gradient') {
  await reportLoss(options);
} else if (options.job === 'inference') {
  await protocol.measure('onnxruntime', VERSION, options, {
    'public interface': () => throughSession(options),
    'native binding': () => throughBinding(options),
  });
} else {
  throw new Error(`onnxruntime is not asked for ${options.job}`);
}
