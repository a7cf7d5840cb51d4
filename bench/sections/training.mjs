import { densityOf, multiplyAddsPerStep, survivorsAtDensity } from '../lenet.mjs';
import { asJob, interleave } from '../measure.mjs';

export const DENSITIES = [1, 0.5, 0.2, 0.1, 0.05, 0.036, 0.02, 0.01];
const WASM_DENSITIES = [1, 0.2, 0.05];
const WORK = 'LeNet-300-100 training step, batch 60, Adam';

/** One whole training step at falling densities: native, on two threads, and WebAssembly against WebAssembly. */
export async function* trainingTables(session) {
  yield await stepTable(session, {
    id: 'step',
    title: `${WORK}, 1 thread`,
    densities: DENSITIES,
    backend: 'native',
    threads: 1,
    contenders: [
      { title: 'PyTorch, masks', name: 'torch', masked: true },
      { title: 'PyTorch, no masks', name: 'torch' },
      { title: 'JAX, masks', name: 'jax', masked: true },
      { title: 'JAX, no masks', name: 'jax' },
    ],
  });
  yield await stepTable(session, {
    id: 'step-2-threads',
    title: `${WORK}, peers with 2 threads`,
    densities: [1],
    backend: 'native',
    threads: 2,
    contenders: [
      { title: 'PyTorch, masks', name: 'torch', masked: true },
      { title: 'PyTorch, no masks', name: 'torch' },
    ],
  });
  yield await stepTable(session, {
    id: 'step-wasm',
    title: `${WORK}, WebAssembly on Node ${process.versions.node}, 1 thread`,
    densities: WASM_DENSITIES,
    backend: 'wasm',
    threads: 1,
    contenders: [
      { title: 'jax-js', name: 'jaxjs' },
      { title: 'TensorFlow.js', name: 'tfjs' },
    ],
  });
}

/** Every contender runs through the whole table, and takes turns with Winnow in each row. */
async function stepTable(session, { id, title, densities, backend, threads, contenders }) {
  const first = session.weights(survivorsAtDensity(densities[0]));
  const running = [];
  for (const { title: column, name, masked } of contenders) {
    session.say(`${title}: ${column}`);
    const job = await session.start(name, { job: 'training-step', weights: first, threads, masked });
    if (job !== undefined) running.push({ column, job });
  }
  if (session.ours !== undefined) await session.checkOurs(backend);

  const rows = [];
  let about;
  for (const density of densities) {
    const weights = session.weights(survivorsAtDensity(density));
    const jobs = [];
    if (session.ours !== undefined) {
      jobs.push(asJob(await session.ours.trainingStep(session.setting(weights, { backend }))));
    }
    for (const { job } of running) {
      await job.load(weights.path);
      jobs.push(job);
    }
    session.say(`${title}: ${label(density)}`);
    const cells = await interleave(jobs, session.repeats);
    if (session.ours !== undefined) {
      about = jobs[0].about;
      jobs[0].close();
    }
    rows.push({
      label: label(density),
      cells,
      density: densityOf(weights.survivors),
      multiplyAdds: multiplyAddsPerStep(weights.survivors),
    });
  }
  for (const { job } of running) job.close();
  const columns = [...(session.ours === undefined ? [] : ['winnow']), ...running.map(({ column }) => column)];
  const notes = running.map(({ column, job }) => describe(column, job.about));
  if (session.ours !== undefined) {
    notes.unshift(
      `winnow: ${about}, 1 thread${threads > 1 ? ' (a network of this size is not divided: the other core trains another trial)' : ''}.`,
    );
  }
  return { id, title, unit: 'µs', columns, rows, notes };
}

/** How a peer ran, and what else was tried. */
export function describe(column, { version, options: { variant, tried } }) {
  const others = Object.entries(tried)
    .filter(([name]) => name !== variant)
    .map(([name, result]) => (typeof result === 'number' ? `${name} ${Math.round(result)} µs` : `${name}: ${result}`));
  return `${column} ${version}: ${variant}${others.length > 0 ? ` (tried: ${others.join('; ')})` : ''}.`;
}

const label = (density) => `${Math.round(density * 1000) / 10} %`;
