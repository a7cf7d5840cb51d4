import { describe, expect, it } from 'vitest';
import { differences, expected } from './check.mjs';
import { makeWeights, survivorsAtDensity, uniform } from './lenet.mjs';
import { inference, lossAndGradient, predictionLoss, runtimeInference, runtimeKernels } from './ours.mjs';
import { summary } from './peers/protocol.mjs';

const next = uniform(5);
const images = Uint8Array.from({ length: 60 * 784 }, () => (next() < 0.2 ? 256 * next() : 0));
const batch = {
  images,
  inputs: Float32Array.from(images, (value) => Math.fround(value * Math.fround(1 / 255))),
  labels: Uint8Array.from({ length: 60 }, () => 10 * next()),
};

describe.each([1, 0.05])("Winnow's side of the bench at density %d", (density) => {
  const weights = makeWeights(survivorsAtDensity(density));
  const right = expected(weights, batch);

  it('has the loss, the gradients and the later losses of the reference', async () => {
    const { loss, gradients, losses } = await lossAndGradient(weights, batch, 'wasm');
    expect(differences({ loss, gradients: summary(gradients), losses }, right)).toEqual([]);
    const wrong = gradients.map((gradient) => gradient.map((value) => value * 1.001));
    expect(differences({ loss, gradients: summary(wrong), losses }, right)).not.toEqual([]);
  });
  it.each([1, 7, 60])('predicts with its loss, %d examples at once', async (atOnce) => {
    const loss = await predictionLoss(weights, batch, 'wasm', atOnce);
    expect(differences({ loss }, right)).toEqual([]);
  });

  it.each(['TypeScript', 'WebAssembly'])('predicts by the runtime with the bits of the engine, in %s', async (code) => {
    const kernels = code === 'WebAssembly' ? await runtimeKernels() : undefined;
    const task = runtimeInference({ weights, set: batch }, kernels);
    expect(task.about).toBe(code);
    const runtime = task.predict(batch.inputs.subarray(0, 784)).logits;
    const { logits, ...engine } = await inference(1, { weights, set: batch, backend: 'wasm' });
    engine.run(1);
    expect(runtime).toEqual(logits.slice(0, 10));
    engine.close();
  });
});
