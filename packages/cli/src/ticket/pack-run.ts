import { UserError } from '@winnow/arithmetic';
import { loadDataSet, splitDataSet } from '@winnow/data';
import { arithmetic, backendChoiceFromEnvironment, layOut, loadBackend } from '@winnow/engine';
import {
  bytesOfMasks,
  judgeOf,
  keptWeights,
  litInputs,
  type PackedFrom,
  packWeights,
  smallestWeights,
  ticketNetwork,
  writeTicket,
} from '@winnow/formats';
import { idleThreads, type StoredCell, type StoredRun } from '@winnow/lab';
import { controlKinds } from '@winnow/tickets';

/** Which cell of a run is packed. */
export interface ChosenCell {
  readonly level?: number;
  readonly density?: number;
  readonly trial?: number;
}

/** @throws UserError if the run has not finished such a cell */
export function chosenCell({ cells, experiment, winner }: StoredRun, flags: ChosenCell): StoredCell {
  if (flags.level !== undefined && flags.density !== undefined)
    throw new UserError('Choose --level or --density, not both.');
  const trial = flags.trial ?? winner?.trial ?? 0;
  const own = cells.filter((cell) => cell.trial === trial && !controlKinds.some((kind) => kind === cell.kind));
  const level = flags.level ?? (flags.density === undefined ? winner?.level : undefined);
  const wanted = flags.density;
  const found =
    wanted !== undefined
      ? own.reduce<StoredCell | undefined>(
          (best, cell) =>
            best === undefined || Math.abs(cell.density - wanted) < Math.abs(best.density - wanted) ? cell : best,
          undefined,
        )
      : level !== undefined
        ? own.find((cell) => cell.level === level)
        : own.at(-1);
  if (found !== undefined) return found;
  throw new UserError(
    `The run has no finished ${level === undefined ? 'network' : `level ${level}`} of trial ${trial}; it searches ${experiment.levels} levels. \`winnow show\` shows what it has.`,
  );
}

async function fromOf({ experiment, data: description }: StoredRun, { trial }: StoredCell, spec: string | undefined) {
  const set = typeof experiment.data === 'string' ? await loadDataSet(spec ?? experiment.data) : experiment.data;
  if (set.digest !== description.digest)
    throw new UserError(
      `"${set.name}" is other data than the run's "${description.name}". Name the right one with --data.`,
    );
  const { seed, recipe, split } = experiment;
  const [channels, height, width] = description.shape;
  const from: PackedFrom = {
    picture: { channels, height, width },
    scale: description.scale,
    ...(description.channels && { channels: description.channels }),
    data: { name: spec ?? (typeof experiment.data === 'string' ? experiment.data : set.name), digest: set.digest },
    start: { initialisation: recipe.initialisation, seed, trial, draw: { kind: 'initial' } },
  };
  return { set, split: splitDataSet(set, { seed, ...split }), from };
}

/** @throws UserError for a training that a seed alone cannot start */
export async function recipeOf(run: StoredRun, cell: StoredCell, spec: string | undefined): Promise<Uint8Array> {
  const { network, recipe, split, rewind } = run.experiment;
  const startsFresh =
    cell.kind === 'dense' || (cell.kind !== 'continued' && rewind.kind === 'iteration' && rewind.iteration === 0);
  if (!startsFresh)
    throw new UserError(
      'This network was trained on from other trained values, so seed and mask alone cannot give it back. Pack it with --body weights.',
    );
  const { set, from } = await fromOf(run, cell, spec);
  const { masks } = await cell.trained();
  const { initialisation: _, augmentation, ...steps } = recipe;
  if (augmentation.length > 0) {
    throw new UserError(
      'This network was trained on moved pictures (--augment), which a recipe in a ticket cannot say. Pack it with --body weights.',
    );
  }
  const { testAccuracy } = cell.final;
  const of = set.test.count;
  const test = testAccuracy === null ? null : { of, correct: Math.floor(testAccuracy * of + 0.5) };
  return writeTicket({ ...from, network: ticketNetwork(network), digest: cell.digest, test }, bytesOfMasks(masks), {
    kind: 'recipe',
    training: { arithmetic, split, level: cell.level, ...steps },
  });
}

/** The smallest file that loses no more than so many points of accuracy on validation data. */
export async function weightsOf(
  run: StoredRun,
  cell: StoredCell,
  spec: string | undefined,
  lossPoints: number,
): Promise<Uint8Array> {
  const { network } = run.experiment;
  const { set, split, from } = await fromOf(run, cell, spec);
  const { masks, parameters } = await cell.trained();
  if (keptWeights(masks) === 0) throw new UserError('This network has no weights left to pack.');
  const backend = await loadBackend(backendChoiceFromEnvironment(process.env));
  const judge = judgeOf({ backend, threads: idleThreads(backend), network, data: layOut(set, split) }, set.test.count);
  return smallestWeights(packWeights(network, masks, parameters, from, litInputs(set), judge, lossPoints / 100)).bytes;
}
