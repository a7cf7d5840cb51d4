import { layersOf, madeUpPictures, makeConvolutionWeights, splitConvolutionWeights } from '../convnets.mjs';
import { BATCH, LANES } from '../lenet.mjs';
import { asJob, interleave } from '../measure.mjs';
import { describe } from './training.mjs';

const DENSITIES = [1, 0.5, 0.2, 0.1, 0.05, 0.02];
const PEER = 'PyTorch, masks';
/** Steps take tenths of seconds: a few windows of one step each. */
const REPEATS = { windowsPerTurn: 3, stepsPerWindow: 1 };

/** Whole training steps of these networks at falling densities, on one thread and on two. */
export async function* convolutionTables(session, networks) {
  const pictures = madeUpPictures();
  for (const threads of [1, 2]) {
    for (const network of networks) yield await stepTable(session, network, pictures, threads);
  }
}

async function stepTable(session, network, pictures, threads) {
  const title = `${network} training step, batch ${BATCH}, Adam, ${threads} thread${threads > 1 ? 's' : ''}`;
  const weightsAt = (density) =>
    session.written(`convolution-${network}-${density}`, makeConvolutionWeights(network, density));
  session.say(title);
  const peer = await session.startConvolution('torch', { network, weightsAt, pictures, threads });
  const rows = [];
  let about;
  for (const density of DENSITIES) {
    const weights = weightsAt(density);
    const jobs = [];
    if (session.ours !== undefined) {
      const setting = { network, weights: weights.values, pictures, backend: 'native', threads };
      jobs.push(asJob(await session.ours.convolutionStep(setting)));
    }
    if (peer !== undefined) {
      await peer.load(weights.path);
      jobs.push(peer);
    }
    const label = `${Math.round(density * 100)} %`;
    session.say(`${title}: ${label}`);
    const cells = await interleave(jobs, { ...REPEATS, rounds: Math.min(session.repeats.rounds, 5) });
    if (session.ours !== undefined) {
      about = jobs[0].about;
      jobs[0].close();
    }
    rows.push({ label, cells, density, multiplyAdds: multiplyAddsOf(network, weights.values) });
  }
  peer?.close();
  const notes = [];
  if (session.ours !== undefined) notes.push(`winnow: ${about}.`);
  if (peer !== undefined) notes.push(describe(PEER, peer.about));
  const columns = [...(session.ours === undefined ? [] : ['winnow']), ...(peer === undefined ? [] : [PEER])];
  return { id: `${network}${threads > 1 ? `-${threads}-threads` : ''}`, title, unit: 'µs', columns, rows, notes };
}

/** Multiply-adds of one step over 64 lanes: forward and weight gradient for every survivor, input gradient for all but the first layer. */
function multiplyAddsOf(network, values) {
  const layers = layersOf(network);
  return splitConvolutionWeights(network, values).reduce((sum, { weight }, index) => {
    const survivors = weight.reduce((count, value) => count + Number(value !== 0), 0);
    return sum + survivors * layers[index].places * LANES * (index === 0 ? 2 : 3);
  }, 0);
}
