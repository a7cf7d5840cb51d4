import { survivorsAtDensity } from '../lenet.mjs';
import { asJob, interleave } from '../measure.mjs';
import { describe } from './training.mjs';

/** The loader of tickets in packages/runtime, one image a call: without kernels and with them. */
const RUNTIME = 'winnow runtime';
const RUNTIME_WASM = 'winnow runtime, wasm';
const BATCHES = [1, 64];
const DENSITIES = [1, 0.1, 0.05, 0.01];

/** Inference: Winnow at some densities beside the same network dense in others. */
export async function* inferenceTables(session) {
  for (const batch of BATCHES) yield await inferenceTable(session, batch);
}

async function inferenceTable(session, batch) {
  const title = `LeNet-300-100 inference, batch ${batch}, 1 thread`;
  const dense = session.weights(survivorsAtDensity(1));
  const running = [];
  for (const [column, name] of [
    ['onnxruntime', 'onnxruntime'],
    ['PyTorch', 'torch'],
    ['JAX', 'jax'],
  ]) {
    session.say(`${title}: ${column}`);
    const job = await session.start(name, { job: 'inference', weights: dense, batch });
    if (job !== undefined) running.push({ column, job });
  }
  const rows = [];
  for (const density of session.ours === undefined ? [1] : DENSITIES) {
    const jobs = [];
    if (session.ours !== undefined) {
      const setting = session.setting(session.weights(survivorsAtDensity(density)));
      jobs.push(asJob(await session.ours.inference(batch, setting)));
      if (batch === 1) {
        const kernels = await session.ours.runtimeKernels();
        jobs.push(...[undefined, kernels].map((used) => asJob(session.ours.runtimeInference(setting, used))));
      }
    }
    const cells = await interleave([...jobs, ...running.map(({ job }) => job)], session.repeats);
    for (const job of jobs) job.close();
    rows.push({
      label: session.ours === undefined ? 'dense' : `winnow at ${Math.round(1000 * density) / 10} %`,
      cells,
    });
  }
  for (const { job } of running) job.close();
  const columns = [
    ...(session.ours === undefined ? [] : ['winnow']),
    ...(session.ours === undefined || batch > 1 ? [] : [RUNTIME, RUNTIME_WASM]),
    ...running.map(({ column }) => `${column}, dense`),
  ];
  return {
    id: `inference-${batch}`,
    title,
    unit: 'µs',
    columns,
    rows,
    notes: running.map(({ column, job }) => describe(column, job.about)),
  };
}
