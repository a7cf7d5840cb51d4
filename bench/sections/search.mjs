import { densityOf, splitWeights, survivorsAtLevel } from '../lenet.mjs';
import { asJob, interleave, median } from '../measure.mjs';

export const ROUNDS = 20;
const STEPS_PER_WINDOW = 4;

/**
 * A whole search of 20 rounds. Winnow's is run to its end. At each level both sides also take turns with that level's own masks and start values,
 * `searchSteps` steps each; the medians times the iterations of a level make the rows that are compared: training only, the same way for both. A step's
 * time hardly depends on what has been learnt.
 */
export async function* searchTables(session, iterations, searchSteps) {
  const dense = session.weights(survivorsAtLevel(0));
  const masked = await session.start('torch', { job: 'training-step', weights: dense, masked: true });
  const plain = await session.start('torch', { job: 'training-step', weights: dense });
  const evaluation = await evaluationOf(session, dense);
  const levels = [];
  const onLevel = async (level, values) => {
    const weights = values === undefined ? session.weights(survivorsAtLevel(level)) : session.written('level', values);
    const density = values === undefined ? densityOf(survivorsAtLevel(level)) : densityIn(values);
    session.say(`search: level ${level} of ${ROUNDS}, ${(100 * density).toFixed(1)} %`);
    await masked?.load(weights.path);
    const jobs = { winnow: await ownStep(session, weights), masked, plain };
    levels.push({ density, ...(await inTurns(jobs, searchSteps)) });
    jobs.winnow?.close();
  };

  let whole;
  if (session.ours === undefined) {
    for (let level = 0; level <= ROUNDS; level++) await onLevel(level);
  } else {
    whole = await session.ours.search({ ...session.setting(dense), rounds: ROUNDS, iterations, onLevel });
  }
  masked?.close();
  plain?.close();
  yield tableOf({ whole, levels, evaluation, iterations, searchSteps });
}

/** Seconds that PyTorch takes to judge the validation and the test set once: forward passes over as many images; undefined without it. */
async function evaluationOf(session, weights) {
  const times = {};
  for (const [set, batch] of Object.entries({ validation: 5_000, test: 10_000 })) {
    const job = await session.start('torch', { job: 'inference', weights, batch });
    if (job === undefined) return undefined;
    const [{ medianMicroseconds }] = await interleave([job], { rounds: 1, windowsPerTurn: 9, stepsPerWindow: 1 });
    times[set] = medianMicroseconds * 1e-6;
    job.close();
  }
  return times;
}

async function ownStep(session, weights) {
  if (session.ours === undefined) return undefined;
  return asJob(await session.ours.trainingStep(session.setting(weights)));
}

/** Medians and the best of a step of each job, { median, best } microseconds, from `steps` steps in short windows. */
async function inTurns(jobs, steps) {
  const there = Object.entries(jobs).filter(([, job]) => job !== undefined);
  const windowsPerTurn = 10;
  const rounds = Math.max(1, Math.round(steps / STEPS_PER_WINDOW / windowsPerTurn));
  const results = await interleave(
    there.map(([, job]) => job),
    { rounds, windowsPerTurn, stepsPerWindow: STEPS_PER_WINDOW },
  );
  return Object.fromEntries(
    there.map(([name], index) => [
      name,
      { median: results[index].medianMicroseconds, best: results[index].bestMicroseconds },
    ]),
  );
}

function tableOf({ whole, levels, evaluation, iterations, searchSteps }) {
  const has = (column) => levels.every((level) => level[column] !== undefined);
  const total = (column) => {
    if (!has(column)) return undefined;
    const seconds = (which) => levels.reduce((sum, level) => sum + level[column][which], 0) * iterations * 1e-6;
    return { median: seconds('median'), best: seconds('best') };
  };
  const oneTraining = (column) => {
    if (!has(column)) return undefined;
    return {
      median: median(levels.map((level) => level[column].median)) * iterations * 1e-6,
      best: Math.min(...levels.map((level) => level[column].best)) * iterations * 1e-6,
    };
  };
  const exactly = (value) => ({ median: value, best: value });
  const measured = (keys) =>
    exactly(whole.reduce((sum, level) => sum + keys.reduce((part, key) => part + level[key], 0), 0) * 1e-6);
  const count = (key) => whole.reduce((sum, level) => sum + level[key], 0);
  const own = (cell) => (whole === undefined ? [] : [cell()]);
  const rows = [
    {
      label: 'whole search, training only: steps measured in turns',
      cells: [...own(() => total('winnow')), total('masked'), total('plain')],
    },
    {
      label: 'whole search beside one dense training',
      cells: [...own(() => total('winnow')), undefined, oneTraining('plain')],
    },
  ];
  if (whole !== undefined) {
    const judged = evaluation && count('validations') * evaluation.validation + count('tests') * evaluation.test;
    const withJudging = (cell) => cell && evaluation && { median: cell.median + judged, best: cell.best + judged };
    rows.push(
      {
        label: 'whole search, run to its end, training only',
        cells: [measured(['trainingMicroseconds']), undefined, undefined],
      },
      {
        label: 'whole search, run to its end, with evaluation',
        cells: [
          measured(['trainingMicroseconds', 'evaluationMicroseconds']),
          withJudging(total('masked')),
          withJudging(total('plain')),
        ],
      },
    );
  }
  const columns = [...own(() => 'winnow'), 'PyTorch, masks', 'PyTorch, no masks'];
  const notes = [
    `Steps in turns: at each of the ${levels.length} levels ${searchSteps} steps of each side, with the masks and start values that Winnow's search has there; the median is multiplied by ${iterations} iterations. Scaled, not run to the end.`,
  ];
  if (whole !== undefined) {
    notes.push(
      `Run to its end: Winnow's search by the clock, with everything but evaluation: pruning, planning, the order of the data. It judged the validation set ${count('validations')} times and the test set ${count('tests')} times; PyTorch's row adds as many forward passes over 5,000 and 10,000 images${evaluation ? `, ${(1e3 * evaluation.validation).toFixed(1)} and ${(1e3 * evaluation.test).toFixed(1)} ms each` : ''}.`,
    );
  }
  return {
    id: 'search',
    title: `Search of ${ROUNDS} rounds, ${levels.length} levels of ${iterations} iterations, 1 thread`,
    unit: 'seconds',
    columns,
    rows,
    notes,
  };
}

function densityIn(values) {
  const kept = splitWeights(values).map(({ weight }) => weight.reduce((sum, value) => sum + Number(value !== 0), 0));
  return densityOf(kept);
}
