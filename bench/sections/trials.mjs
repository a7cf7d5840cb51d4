import { survivorsAtDensity } from '../lenet.mjs';
import { median } from '../measure.mjs';

const DENSITIES = [1, 0.2, 0.05];
const TURNS = 12;
const WINDOW_MILLISECONDS = 150;

/** Two trials on two cores beside one on one: steps a second, measured in turns. */
export async function* trialTables(session) {
  if (session.ours === undefined) return;
  const rows = [];
  for (const density of DENSITIES) {
    session.say(`two trials: ${100 * density} %`);
    rows.push(await rowAt(session, density));
  }
  yield {
    id: 'trials',
    title: 'Two trials on two cores, each on a worker of its own, beside one on one core',
    unit: 'steps a second; more is better',
    columns: ['one trial', 'two trials', 'two / one'],
    rows,
    notes: [`Medians of ${TURNS} turns of about ${WINDOW_MILLISECONDS} ms each.`],
  };
}

async function rowAt(session, density) {
  const trials = await session.ours.openTrials(2, session.setting(session.weights(survivorsAtDensity(density))));
  try {
    await trials.run(2, 50);
    const steps = Math.max(10, Math.round((50 * WINDOW_MILLISECONDS) / (await trials.run(1, 50))));
    const rates = { one: [], two: [], ratio: [] };
    for (let turn = 0; turn < TURNS; turn++) {
      const one = (1e3 * steps) / (await trials.run(1, steps));
      const two = (2e3 * steps) / (await trials.run(2, steps));
      rates.one.push(one);
      rates.two.push(two);
      rates.ratio.push(two / one);
    }
    const cell = (values) => ({ median: median(values), best: Math.max(...values) });
    return { label: `${100 * density} %`, cells: [cell(rates.one), cell(rates.two), cell(rates.ratio)] };
  } finally {
    await trials.close();
  }
}
