import { survivorsAtDensity } from '../lenet.mjs';
import { asJob, interleave } from '../measure.mjs';
import { SCORE_RATE } from '../supermask-reference.mjs';
import { describe } from './training.mjs';

const BATCHES = [60, 250];

/** One whole training step of a learned supermask, at the batch of weights and at that of the supermasks' own recipe. */
export async function* supermaskTables(session) {
  const weights = session.weights(survivorsAtDensity(1));
  const hasPeer = session.peers.includes('torch');
  if (session.ours !== undefined) await session.checkOurSupermask('native');
  const rows = [];
  const notes = [];
  for (const batch of BATCHES) {
    session.say(`supermask step, batch ${batch}`);
    const jobs = [];
    if (session.ours !== undefined)
      jobs.push(asJob(await session.ours.supermaskStep({ ...session.setting(weights), batch })));
    const peer = await session.start('torch', { job: 'supermask-step', weights, batch, rate: SCORE_RATE });
    if (peer !== undefined) jobs.push(peer);
    const cells = await interleave(jobs, session.repeats);
    if (session.ours !== undefined && notes.length === 0) notes.push(`winnow: ${jobs[0].about}, 1 thread.`);
    if (peer !== undefined) notes.push(`batch ${batch}: ${describe('PyTorch', peer.about)}`);
    if (session.ours !== undefined) jobs[0].close();
    peer?.close();
    rows.push({ label: `batch ${batch}`, cells });
  }
  notes.push('Both draw a mask a step for 266,200 weights, 10 rounds of Philox a word here, a Mersenne Twister there.');
  const columns = [...(session.ours === undefined ? [] : ['winnow']), ...(hasPeer ? ['PyTorch'] : [])];
  const title = 'Learned supermask of LeNet-300-100, training step, Adam on the scores, 1 thread';
  yield { id: 'supermask', title, unit: 'µs', columns, rows, notes };
}
