import { access, writeFile } from 'node:fs/promises';
import { allInOrder, UserError } from '@winnow/arithmetic';
import { type Experiment, readRun, type StoredCell, type StoredRun, searchOf, writingError } from '@winnow/lab';
import {
  beforeTrainingMethods,
  type CellId,
  type CellKind,
  cellDependencies,
  cellStart,
  controlKinds,
  isBeforeTraining,
  searchedKind,
  startUnder,
  type TrainedCell,
} from '@winnow/tickets';
import { Command } from 'commander';
import { addFlag } from '../options/flag.js';
import { networkBytes, requireNetworkFile } from '../options/network-file.js';
import { oneOf, wholeNumber } from '../options/numbers.js';
import { chooseRun } from '../run/choose-run.js';
import { percent } from '../view/format.js';
import { cellLabel } from '../view/progress-line.js';

const kinds = [
  'dense',
  'ticket',
  'one-shot',
  'continued',
  ...beforeTrainingMethods,
  ...controlKinds,
] as const satisfies readonly CellKind[];
const moments = ['trained', 'start'] as const;

interface ExportFlags {
  readonly level?: number;
  readonly kind?: CellKind;
  readonly trial?: number;
  readonly replicate?: number;
  readonly values?: (typeof moments)[number];
  readonly to?: string;
  readonly sparse?: boolean;
  readonly force?: boolean;
}

const examples = `
Examples:
  winnow export                                the winner of the latest run
  winnow export lenet-300-100-mnist --level 0 --to dense.safetensors
  winnow export --level 7 --values start       the ticket as it starts: initial values and zeros

  winnow export --to ticket.onnx --sparse       for onnxruntime and others; the survivors alone

The ending decides the format: .safetensors, .npz or .onnx. The first two have <layer>.weight, f32 (outputs, inputs) with 0
where a weight is pruned, and <layer>.bias; an ONNX model takes x (batch, inputs), scaled as in training, and gives logits.
In PyTorch: model.load_state_dict(safetensors.torch.load_file(FILE)), where the layers have the same names.`;

export function exportCommand(): Command {
  const command = new Command('export')
    .description('Writes a network for PyTorch, JAX, onnxruntime and others: safetensors, NumPy or ONNX.')
    .argument('[run]', 'a run folder, or its name in runs/ (default: the latest)');
  const whole = (flag: string) => wholeNumber(flag, { from: 0 });
  addFlag(command, '--level <n>', 'rounds of pruning', whole, "the winner's, or the last that is finished");
  addFlag(command, '--kind <kind>', kinds.join(', '), (flag) => oneOf(flag, kinds), 'what the run searched');
  addFlag(command, '--trial <n>', 'counted from 0', whole, "the winner's, or 0");
  addFlag(command, '--replicate <n>', 'of a control, counted from 0', whole, 0);
  addFlag(
    command,
    '--values <when>',
    'trained, or as at the start of training',
    (flag) => oneOf(flag, moments),
    'trained',
  );
  addFlag(command, '--to <file>', 'the file to write', () => String, 'a readable name here');
  return command
    .option('--sparse', 'write pruned layers as sparse initialisers (.onnx)')
    .option('--force', 'write over a file that is there')
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', examples)
    .action(exportNetwork);
}

async function exportNetwork(word: string | undefined, flags: ExportFlags): Promise<void> {
  if (flags.to !== undefined) requireNetworkFile(flags.to, flags.sparse ?? false);
  const run = await readRun(await chooseRun(word));
  const { network } = run.experiment;
  const cell = chosenCell(run, flags);
  const { masks, parameters } = flags.values === 'start' ? await startOf(run, cell) : await cell.trained();
  const moment = flags.values ?? 'trained';
  const file = flags.to ?? fileName(run.experiment, cell, moment);
  if (flags.to === undefined) requireNetworkFile(file, flags.sparse ?? false);
  if (flags.force !== true && (await exists(file))) {
    throw new UserError(`${file} is there already. Write over it with --force, or name another with --to.`);
  }
  const { kind, level, trial, replicate, density, digest } = cell;
  const about = {
    network: network.name,
    values: moment,
    kind,
    level,
    trial,
    replicate,
    density,
    'trained digest': digest,
  };
  const metadata = Object.fromEntries(Object.entries(about).map(([name, value]) => [name, String(value)]));
  const bytes = networkBytes(file, { network, masks, parameters }, { metadata, sparse: flags.sparse ?? false });
  await writeFile(file, bytes).catch((error: unknown) => {
    throw writingError(error, file);
  });
  console.log(
    `${file}: ${cellLabel(cell, 2)}, ${percent(density)} of the weights, ${moment === 'start' ? 'as at the start' : 'trained'}.`,
  );
}

/** @throws UserError if the run has no such cell, or has not finished it */
function chosenCell({ experiment, planned, cells, winner }: StoredRun, flags: ExportFlags): StoredCell {
  const own = searchedKind[experiment.schedules[0]];
  const { trial = winner?.trial ?? 0, replicate = 0 } = flags;
  const finished = cells.filter(
    (cell) => cell.trial === trial && (cell.kind === (flags.kind ?? own) || cell.level === 0),
  );
  const level = flags.level ?? winner?.level ?? Math.max(0, ...finished.map((cell) => cell.level));
  const kind = flags.kind ?? (level === 0 ? 'dense' : own);
  const wanted: CellId = { kind, level, trial, replicate };
  const found = cells.find((cell) => isSame(cell, wanted));
  if (found !== undefined) return found;
  const label = cellLabel(wanted, 2);
  if (!planned.some((cell) => isSame(cell, wanted)))
    throw new UserError(`The run has no ${label}. \`winnow show\` shows what it has.`);
  throw new UserError(`The run has not finished ${label}. Run it again to go on.`);
}

const isSame = (a: CellId, b: CellId): boolean =>
  a.kind === b.kind && a.level === b.level && a.trial === b.trial && a.replicate === b.replicate;

/** What a cell's training started from: grown again from the seed and the cells that it came from. */
async function startOf(
  { experiment, cells }: StoredRun,
  cell: StoredCell,
): Promise<Pick<TrainedCell, 'masks' | 'parameters'>> {
  const search = searchOf(experiment);
  const parents = cellDependencies(search, cell).map((id) => cells.find((other) => isSame(other, id)));
  if (parents.includes(undefined))
    throw new UserError(`The cells that ${cellLabel(cell, 2)} came from are gone. Run it again to make them.`);
  const trained = await allInOrder(parents.map((parent) => parent!.trained()));
  if (
    isBeforeTraining(cell.kind) ||
    (controlKinds.some((kind) => kind === cell.kind) && isBeforeTraining(search.schedule))
  ) {
    // Their masks come from gradients over the data; the cell has them.
    const { masks } = await cell.trained();
    return { masks, parameters: startUnder(search, cell, masks, trained).start };
  }
  const { masks, start } = cellStart(search, cell, trained);
  return { masks, parameters: start };
}

function fileName({ network }: Experiment, { kind, level, trial, replicate }: CellId, moment: string): string {
  const parts = [
    network.name,
    kind,
    `level-${level}`,
    `trial-${trial}`,
    ...(replicate > 0 ? [`replicate-${replicate}`] : []),
  ];
  return `${[...parts, ...(moment === 'start' ? [moment] : [])].join('-')}.safetensors`;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
