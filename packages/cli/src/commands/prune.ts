import { access, writeFile } from 'node:fs/promises';
import { UserError } from '@winnow/arithmetic';
import { loadDataSet, splitDataSet } from '@winnow/data';
import { backendChoiceFromEnvironment, type LaidOutData, layOut, loadBackend } from '@winnow/engine';
import type { LoadedNetwork } from '@winnow/formats';
import { criterionSetting, loadCriterion, type PrunedNetwork, pruneNetwork, writingError } from '@winnow/lab';
import { criterionNames } from '@winnow/tickets';
import { Command } from 'commander';
import { addFlag } from '../options/flag.js';
import { networkBytes, readNetworkFile, requireNetworkFile } from '../options/network-file.js';
import { fraction, number, oneOf, wholeNumber } from '../options/numbers.js';
import { count, percent } from '../view/format.js';
import { ticker } from '../view/ticker.js';

const scopes = ['layer', 'global'] as const;

interface PruneFlags {
  readonly density?: number;
  readonly data?: string;
  readonly criterion?: string;
  readonly scope?: (typeof scopes)[number];
  readonly iterations?: number;
  readonly lr?: number;
  readonly seed?: number;
  readonly to: string;
  readonly sparse?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

const usual = {
  data: 'mnist',
  criterion: 'large-final',
  scope: 'global',
  iterations: 2000,
  seed: 1,
  validation: 5000,
} as const;

const examples = `
Examples:
  winnow prune model.onnx --density 10% --to small.onnx --sparse
  winnow prune model.safetensors --density 0.05 --iterations 0 --to small.npz
  winnow prune small.onnx --iterations 5000 --lr 1e-4 --to tuned.onnx
  winnow prune model.onnx --density 5% --data ./letters --scope layer --to small.onnx --json

Without --density nothing more is pruned: the file's own survivors train on.

Reads dense layers, and from ONNX convolutions, poolings, batch norms and residual layers too, with ReLUs; a weight that is exactly 0 counts as pruned already. Inputs are the data's bytes
times 1/255. No rewinding: the survivors train on from their values, with Adam.`;

export function pruneCommand(): Command {
  const command = new Command('prune')
    .description(
      'Prunes a network that other software trained (ONNX or safetensors), trains the survivors on, and writes it.',
    )
    .argument('<file>', 'an .onnx or .safetensors file')
    .requiredOption('--to <file>', 'the file to write: .onnx, .safetensors or .npz');
  addFlag(
    command,
    '--density <share>',
    'of all weights that are kept, such as 0.1 or 10%',
    (flag) => fraction(flag, { above: 0, to: 1 }),
    'what the file has',
  );
  addFlag(command, '--data <name>', 'as for find --data', () => String, usual.data);
  addFlag(
    command,
    '--criterion <name>',
    `${criterionNames.join(', ')}; or the path of a file that exports your own, such as ./mine.ts`,
    () => String,
    usual.criterion,
  );
  addFlag(
    command,
    '--scope <scope>',
    'layer: each by itself; global: all together',
    (flag) => oneOf(flag, scopes),
    usual.scope,
  );
  addFlag(
    command,
    '--iterations <n>',
    'steps of training after pruning; 0 for none (statistics of batch norms are measured anew)',
    (flag) => wholeNumber(flag, { from: 0, to: 0x7fff_ffff }),
    usual.iterations,
  );
  addFlag(command, '--lr <rate>', 'learning rate', (flag) => number(flag, { above: 0, to: 1e3 }), "the network's");
  addFlag(
    command,
    '--seed <n>',
    'decides the split and the order of the data',
    (flag) => wholeNumber(flag, { from: 0 }),
    usual.seed,
  );
  return command
    .option('--sparse', 'write pruned layers as sparse initialisers (.onnx)')
    .option('--force', 'write over a file that is there')
    .option('--json', 'print the result as one JSON object')
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', examples)
    .action(pruneFile);
}

async function pruneFile(file: string, flags: PruneFlags): Promise<void> {
  requireNetworkFile(flags.to, flags.sparse ?? false);
  if (flags.force !== true && (await exists(flags.to))) {
    throw new UserError(`${flags.to} is there already. Write over it with --force, or name another with --to.`);
  }
  const criterion = await loadCriterion(criterionSetting(flags.criterion ?? usual.criterion));
  const whole = await readNetworkFile(file);
  const data = await dataFor(whole, file, flags);
  const iterations = flags.iterations ?? usual.iterations;
  const view = ticker(flags.json ?? false);
  const pruned = pruneNetwork(whole, {
    ...{ backend: await loadBackend(backendChoiceFromEnvironment(process.env)), data, criterion, iterations },
    ...{ name: file, scope: flags.scope ?? usual.scope, seed: flags.seed ?? usual.seed },
    ...(flags.density !== undefined && { density: flags.density }),
    ...(flags.lr !== undefined && { rate: flags.lr }),
    onProgress: (iteration) => view.follow(`training: ${count(iteration)} of ${count(iterations)} iterations`),
  });
  view.close();
  const { network, weights, density, testAccuracy, digest } = pruned;
  const metadata = { network: network.name, density: String(density), digest };
  await writeFile(flags.to, networkBytes(flags.to, pruned, { metadata, sparse: flags.sparse ?? false })).catch(
    (error: unknown) => {
      throw writingError(error, flags.to);
    },
  );
  if (flags.json === true) console.log(JSON.stringify({ file: flags.to, weights, density, testAccuracy, digest }));
  else console.log(said(flags.to, pruned));
}

function said(file: string, { weights, density, testAccuracy: { before, pruned, after } }: PrunedNetwork): string {
  return `${file}: ${count(weights)} weights, ${percent(density)} of all. Test accuracy ${percent(before, 2)} before, ${percent(pruned, 2)} when pruned, ${percent(after, 2)} now.`;
}

async function dataFor({ network }: LoadedNetwork, file: string, flags: PruneFlags): Promise<LaidOutData> {
  const set = await loadDataSet(flags.data ?? usual.data);
  if (set.features !== network.inputs || set.classes !== network.classes) {
    throw new UserError(
      `${file} takes ${network.inputs} values and knows ${network.classes} classes, but "${set.name}" has ${set.features} and ${set.classes}. Name its data with --data.`,
    );
  }
  const validation = Math.min(usual.validation, Math.floor(set.train.count / 10));
  return layOut(set, splitDataSet(set, { seed: flags.seed ?? usual.seed, validation, stratified: false }));
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
