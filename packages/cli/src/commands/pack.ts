import { UserError } from '@winnow/arithmetic';
import { loadDataSet, splitDataSet } from '@winnow/data';
import { arithmetic, backendChoiceFromEnvironment, layOut, loadBackend } from '@winnow/engine';
import {
  bytesOfMasks,
  keptWeights,
  type PackedFrom,
  packWeights,
  smallestWeights,
  ticketNetwork,
  writeTicket,
} from '@winnow/formats';
import { readRun, type StoredCell, type StoredRun } from '@winnow/lab';
import { readTicket } from '@winnow/runtime';
import { Command } from 'commander';
import { addFlag } from '../options/flag.js';
import { fraction, number, oneOf, wholeNumber } from '../options/numbers.js';
import { chooseRun } from '../run/choose-run.js';
import { judgeOf } from '../ticket/ticket-data.js';
import { writeBytes } from '../ticket/ticket-file.js';
import { count, percent } from '../view/format.js';

const bodies = ['recipe', 'weights'] as const;

interface PackFlags {
  readonly level?: number;
  readonly density?: number;
  readonly trial?: number;
  readonly body?: (typeof bodies)[number];
  readonly lossOf?: number;
  readonly data?: string;
  readonly output?: string;
  readonly json?: boolean;
}

const examples = `
Bodies:
  recipe    seed, mask and recipe: winnow grow trains it again, to the same bits (the default)
  weights   the survivors' values too, as coarse as --loss-of allows

Examples:
  winnow pack -o digits.ticket
  winnow pack runs/lenet --level 15 --body weights --loss-of 0.2 -o digits.ticket`;

export function packCommand(): Command {
  const command = new Command('pack')
    .description('Packs a network that a run has found into a ticket, the smallest file that gives it back.')
    .argument('[run]', 'a run folder, or its name in runs/ (default: the latest)');
  addFlag(
    command,
    '--level <n>',
    'rounds of pruning',
    (flag) => wholeNumber(flag, { from: 0 }),
    "the winner's, or the last",
  );
  addFlag(command, '--density <share>', 'in place of --level: the level nearest to it', (flag) =>
    fraction(flag, { above: 0, to: 1 }),
  );
  addFlag(command, '--trial <n>', 'counted from 0', (flag) => wholeNumber(flag, { from: 0 }), "the winner's, or 0");
  addFlag(command, '--body <kind>', bodies.join(', '), (flag) => oneOf(flag, bodies), 'recipe');
  addFlag(
    command,
    '--loss-of <points>',
    'of accuracy on validation data that storing values coarsely may cost',
    (flag) => number(flag, { from: 0, to: 100 }),
    0.1,
  );
  return command
    .option('--data <name>', "as for find --data (default: the run's)")
    .option('-o, --output <file>', 'the file to write (default: NETWORK-level-N.ticket)')
    .option('--json', 'print one JSON object')
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', examples)
    .action(pack);
}

async function pack(word: string | undefined, flags: PackFlags): Promise<void> {
  if (flags.lossOf !== undefined && flags.body !== 'weights')
    throw new UserError('--loss-of belongs to --body weights: a recipe loses nothing.');
  const run = await readRun(await chooseRun(word));
  const cell = chosenCell(run, flags);
  const body = flags.body ?? 'recipe';
  const bytes = body === 'recipe' ? await recipeOf(run, cell, flags) : await weightsOf(run, cell, flags);
  const file = flags.output ?? `${run.experiment.network.name}-level-${cell.level}.ticket`;
  const { header, parts, survives } = readTicket(bytes);
  await writeBytes(file, bytes);
  const kept = survives.reduce((sum, layer) => sum + layer.reduce((ones, bit) => ones + bit, 0), 0);
  const density = kept / survives.reduce((sum, layer) => sum + layer.length, 0);
  const testAccuracy = header.test && header.test.correct / header.test.of;
  if (flags.json) {
    console.log(
      JSON.stringify({
        file,
        bytes: bytes.length,
        body,
        parts,
        density,
        weights: kept,
        testAccuracy,
        digest: header.digest,
      }),
    );
    return;
  }
  console.log(
    `${file}: ${count(bytes.length)} bytes, ${body} of ${percent(density)} of the weights${testAccuracy === null ? '' : `, ${percent(testAccuracy, 2)} on test images`}.`,
  );
}

/** @throws UserError if the run has not finished such a cell */
function chosenCell({ cells, experiment, winner }: StoredRun, flags: PackFlags): StoredCell {
  if (flags.level !== undefined && flags.density !== undefined)
    throw new UserError('Choose --level or --density, not both.');
  const trial = flags.trial ?? winner?.trial ?? 0;
  const own = cells.filter((cell) => cell.trial === trial && cell.kind !== 'reinit' && cell.kind !== 'random');
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
    data: { name: spec ?? (typeof experiment.data === 'string' ? experiment.data : set.name), digest: set.digest },
    start: { initialisation: recipe.initialisation, seed, trial, draw: { kind: 'initial' } },
  };
  return { set, split: splitDataSet(set, { seed, ...split }), from };
}

/** @throws UserError for a training that a seed alone cannot start */
async function recipeOf(run: StoredRun, cell: StoredCell, flags: PackFlags): Promise<Uint8Array> {
  const { network, recipe, split, rewind } = run.experiment;
  const startsFresh =
    cell.kind === 'dense' || (cell.kind !== 'continued' && rewind.kind === 'iteration' && rewind.iteration === 0);
  if (!startsFresh)
    throw new UserError(
      'This network was trained on from other trained values, so seed and mask alone cannot give it back. Pack it with --body weights.',
    );
  const { set, from } = await fromOf(run, cell, flags.data);
  const { masks } = await cell.trained();
  const { initialisation: _, ...steps } = recipe;
  const { testAccuracy } = cell.final;
  const of = set.test.count;
  const test = testAccuracy === null ? null : { of, correct: Math.floor(testAccuracy * of + 0.5) };
  return writeTicket({ ...from, network: ticketNetwork(network), digest: cell.digest, test }, bytesOfMasks(masks), {
    kind: 'recipe',
    training: { arithmetic, split, level: cell.level, ...steps },
  });
}

async function weightsOf(run: StoredRun, cell: StoredCell, flags: PackFlags): Promise<Uint8Array> {
  const { network } = run.experiment;
  const { set, split, from } = await fromOf(run, cell, flags.data);
  const { masks, parameters } = await cell.trained();
  if (keptWeights(masks) === 0) throw new UserError('This network has no weights left to pack.');
  const judge = judgeOf(
    await loadBackend(backendChoiceFromEnvironment(process.env)),
    network,
    layOut(set, split),
    set.test.count,
  );
  const lit = new Uint8Array(set.features);
  for (let i = 0; i < set.train.images.length; i++) if (set.train.images[i] !== 0) lit[i % set.features] = 1;
  return smallestWeights(packWeights(network, masks, parameters, from, lit, judge, (flags.lossOf ?? 0.1) / 100)).bytes;
}
