import {
  type CellId,
  type CellKind,
  cellDependencies,
  densityAtLevel,
  type LevelCounts,
  rewindsTickets,
  searchedKind,
} from '@winnow/tickets';
import type { CellPlan } from '../cells/cell-plan.js';
import { cellHash, cellName, cellTitle } from '../cells/name.js';
import { cellSettings, type DataIdentity } from '../cells/settings.js';
import { type Experiment, searchOf } from '../experiment/experiment.js';

/** All cells of an experiment, trial by trial and level by level: what the search trains first, then its controls. */
export function planCells(experiment: Experiment, data: DataIdentity): readonly CellPlan[] {
  const { network, pruning, levels } = experiment;
  const search = searchOf(experiment);
  const counts = Array.from({ length: levels + 1 }, (_, level) => densityAtLevel(network, pruning, level));
  const names = new Map<string, string>();
  return cellIds(experiment).map((cell) => {
    const settings = cellSettings(search, data, cell);
    const hash = cellHash(settings);
    const name = cellName(cell, hash);
    names.set(cellTitle(cell), name);
    const dependencies = cellDependencies(search, cell).map((parent) => names.get(cellTitle(parent))!);
    const training = trainingOf(experiment, cell.kind);
    return { ...cell, name, hash, settings, dependencies, ...training, ...sizeOf(counts[cell.level]) };
  });
}

/** Trial by trial and level by level. */
export function cellIds({
  trials,
  levels,
  schedules,
  controls,
  controlLevels,
  earlyBird,
}: Experiment): readonly CellId[] {
  return range(trials).flatMap((trial) => [
    { trial, level: 0, kind: 'dense', replicate: 0 } as const,
    ...range(levels).flatMap((round) => {
      const level = round + 1;
      // Beside rounds that stop early, controls that are trained whole would say nothing.
      const isRound = earlyBird !== undefined && level < levels;
      const beside = isRound || controlLevels?.includes(level) === false ? [] : controls;
      return [
        ...schedules.map((schedule) => ({ trial, level, kind: searchedKind[schedule], replicate: 0 })),
        ...beside.flatMap(({ kind, replicates }) =>
          range(replicates).map((replicate) => ({ trial, level, kind, replicate })),
        ),
      ];
    }),
  ]);
}

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);

/** Which iterations a cell trains, and which of them others are rewound to. */
function trainingOf(
  experiment: Experiment,
  kind: CellKind,
): Pick<CellPlan, 'startIteration' | 'iterations' | 'snapshotAt'> {
  const { recipe, rewind } = experiment;
  const rewound = rewind.kind === 'iteration' ? rewind.iteration : 0;
  const whole = { startIteration: 0, iterations: recipe.iterations, snapshotAt: [] };
  switch (kind) {
    case 'dense':
      return rewound === 0 ? whole : { ...whole, snapshotAt: [rewound] };
    case 'ticket':
    case 'one-shot':
      return { ...whole, startIteration: rewound, iterations: recipe.iterations - rewound };
    case 'shuffle':
    case 'invert':
      return rewindsTickets(searchOf(experiment))
        ? { ...whole, startIteration: rewound, iterations: recipe.iterations - rewound }
        : whole;
    case 'continued':
    case 'snip':
    case 'grasp':
    case 'synflow':
    case 'erk':
    case 'uniform':
    case 'reinit':
    case 'random':
      return whole;
  }
}

function sizeOf({ weights, density }: LevelCounts): Pick<CellPlan, 'weights' | 'density'> {
  return { weights, density };
}
