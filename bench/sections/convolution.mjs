import {
  isNormalised,
  layersOf,
  madeUpPictures,
  makeConvolutionWeights,
  splitConvolutionWeights,
} from '../convnets.mjs';
import { BATCH, LANES } from '../lenet.mjs';
import { asJob, interleave } from '../measure.mjs';
import { describe } from './training.mjs';

/** Native code: steps take tenths of seconds, so a few windows of one step each. */
const NATIVE = {
  backend: 'native',
  densities: [1, 0.5, 0.2, 0.1, 0.05, 0.02],
  contenders: [{ title: 'PyTorch, masks', name: 'torch', masked: true }],
  repeats: { windowsPerTurn: 3, stepsPerWindow: 1 },
  mostRounds: 5,
};

/** WebAssembly: steps of the peers take seconds. */
const WASM = {
  backend: 'wasm',
  densities: [1, 0.2, 0.02],
  contenders: [
    { title: 'jax-js', name: 'jaxjs' },
    { title: 'TensorFlow.js', name: 'tfjs' },
  ],
  repeats: { windowsPerTurn: 2, stepsPerWindow: 1 },
  mostRounds: 2,
};

/** Whole training steps of these networks at falling densities, on one thread and on two. */
export async function* convolutionTables(session, networks) {
  const pictures = madeUpPictures();
  for (const threads of [1, 2]) {
    for (const network of networks) {
      const suffix = threads > 1 ? `-${threads}-threads` : '';
      const where = `${threads} thread${threads > 1 ? 's' : ''}`;
      yield await stepTable(session, network, pictures, { ...NATIVE, id: `${network}${suffix}`, where, threads });
    }
  }
}

/** The same, WebAssembly against WebAssembly, of networks without batch norms. */
export async function* wasmConvolutionTables(session, networks) {
  const pictures = madeUpPictures();
  for (const network of networks.filter((name) => !isNormalised(name))) {
    const where = `WebAssembly on Node ${process.versions.node}, 1 thread`;
    yield await stepTable(session, network, pictures, { ...WASM, id: `${network}-wasm`, where, threads: 1 });
  }
}

async function stepTable(session, network, pictures, { id, where, threads, backend, contenders, ...how }) {
  const title = `${network} training step, batch ${BATCH}, Adam, ${where}`;
  const weightsAt = (density) =>
    session.written(`convolution-${network}-${density}`, makeConvolutionWeights(network, density));
  const running = [];
  for (const { title: column, name, masked } of contenders) {
    session.say(`${title}: ${column}`);
    const job = await session.startConvolution(name, { network, weightsAt, pictures, threads, masked });
    if (job !== undefined) running.push({ column, job });
  }
  const rows = [];
  let about;
  for (const density of how.densities) {
    const weights = weightsAt(density);
    const jobs = [];
    if (session.ours !== undefined) {
      const setting = { network, weights: weights.values, pictures, backend, threads };
      jobs.push(asJob(await session.ours.convolutionStep(setting)));
    }
    for (const { job } of running) {
      await job.load(weights.path);
      jobs.push(job);
    }
    const label = `${Math.round(density * 100)} %`;
    session.say(`${title}: ${label}`);
    const rounds = Math.min(session.repeats.rounds, how.mostRounds);
    const cells = await interleave(jobs, { ...how.repeats, rounds });
    if (session.ours !== undefined) {
      about = jobs[0].about;
      jobs[0].close();
    }
    rows.push({ label, cells, density, multiplyAdds: multiplyAddsOf(network, weights.values) });
  }
  for (const { job } of running) job.close();
  const notes = running.map(({ column, job }) => describe(column, job.about));
  if (session.ours !== undefined) notes.unshift(`winnow: ${about}.`);
  const columns = [...(session.ours === undefined ? [] : ['winnow']), ...running.map(({ column }) => column)];
  return { id, title, unit: 'µs', columns, rows, notes };
}

/** Multiply-adds of one step over 64 lanes: forward and weight gradient for every survivor, input gradient for all but the first layer. */
function multiplyAddsOf(network, values) {
  const layers = layersOf(network);
  return splitConvolutionWeights(network, values).reduce((sum, { weight }, index) => {
    const survivors = weight.reduce((count, value) => count + Number(value !== 0), 0);
    return sum + survivors * layers[index].places * LANES * (index === 0 ? 2 : 3);
  }, 0);
}
