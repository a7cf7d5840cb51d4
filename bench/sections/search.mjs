import { densityOf, survivorsAtLevel } from '../lenet.mjs';
import { interleave, median } from '../measure.mjs';

export const ROUNDS = 20;
/** Steps of a peer that are timed at each level; the rest of the level is that time again and again. */
const TIMED_STEPS = 300;

/**
 * A whole search of 20 rounds, training only. Winnow's is run to its end. PyTorch's is its masked step, really measured for some
 * hundred steps with the mask of every level (between Winnow's levels), times the iterations of a level: the step's time does
 * not depend on what has been learnt.
 */
export async function* searchTables(session, iterations) {
  const dense = session.weights(survivorsAtLevel(0));
  const masked = await session.start('torch', { job: 'training-step', weights: dense, masked: true });
  const plain = await session.start('torch', { job: 'training-step', weights: dense });
  const levels = [];
  const onLevel = async (level) => {
    const survivors = survivorsAtLevel(level);
    session.say(`search: level ${level} of ${ROUNDS}, ${(100 * densityOf(survivors)).toFixed(1)} %`);
    const { path } = session.weights(survivors);
    await masked?.load(path);
    levels.push({
      density: densityOf(survivors),
      masked: await timed(masked),
      plain: await timed(plain),
    });
  };

  let ours;
  if (session.ours === undefined) {
    for (let level = 0; level <= ROUNDS; level++) await onLevel(level);
  } else {
    ours = await session.ours.search({ ...session.setting(dense), rounds: ROUNDS, iterations, onLevel });
  }
  masked?.close();
  plain?.close();
  yield tableOf(ours, levels, iterations);
}

/** { median, best } microseconds of a step, from about TIMED_STEPS steps in short windows. */
async function timed(job) {
  if (job === undefined) return undefined;
  const stepsPerWindow = 4;
  const options = { rounds: 1, windowsPerTurn: TIMED_STEPS / stepsPerWindow, stepsPerWindow };
  const [{ medianMicroseconds, bestMicroseconds }] = await interleave([job], options);
  return { median: medianMicroseconds, best: bestMicroseconds };
}

function tableOf(ours, levels, iterations) {
  const seconds = (cells, which) => cells.reduce((sum, cell) => sum + cell[which], 0) * iterations * 1e-6;
  const total = (column) => {
    const cells = levels.map((level) => level[column]);
    return cells.includes(undefined) ? undefined : { median: seconds(cells, 'median'), best: seconds(cells, 'best') };
  };
  const oneTraining = (column) => {
    const cells = levels.map((level) => level[column]);
    if (cells.includes(undefined)) return undefined;
    return {
      median: median(cells.map((cell) => cell.median)) * iterations * 1e-6,
      best: Math.min(...cells.map((cell) => cell.best)) * iterations * 1e-6,
    };
  };
  const measured = (keys) => {
    const value = ours.levels.reduce((sum, level) => sum + keys.reduce((part, key) => part + level[key], 0), 0) * 1e-6;
    return { median: value, best: value };
  };
  const winnow = (keys) => (ours === undefined ? [] : [measured(keys)]);
  return {
    title: `Search of ${ROUNDS} rounds, ${levels.length} levels of ${iterations} iterations, 1 thread`,
    unit: 'seconds',
    columns: [...(ours === undefined ? [] : ['winnow']), 'PyTorch, masks', 'PyTorch, no masks'],
    rows: [
      {
        label: 'whole search, training only',
        cells: [...winnow(['trainingMicroseconds']), total('masked'), total('plain')],
      },
      {
        label: 'against one dense training',
        cells: [...winnow(['trainingMicroseconds']), undefined, oneTraining('plain')],
      },
      ...(ours === undefined
        ? []
        : [
            {
              label: 'with evaluation',
              cells: [measured(['trainingMicroseconds', 'evaluationMicroseconds']), undefined, undefined],
            },
          ]),
    ],
    notes: [
      `PyTorch: the masked step, measured for ${TIMED_STEPS} steps at each level, times ${iterations}.`,
      ...(ours === undefined ? [] : [`winnow's peak memory: ${Math.round(ours.peakBytes / 1e6)} MB.`]),
    ],
    levels,
  };
}
