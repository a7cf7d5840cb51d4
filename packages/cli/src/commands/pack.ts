import { join } from 'node:path';
import { UserError } from '@winnow/arithmetic';
import { isSupermaskRun, readRun } from '@winnow/lab';
import { readTicket } from '@winnow/runtime';
import { Command } from 'commander';
import { addFlag } from '../options/flag.js';
import { fraction, number, oneOf, wholeNumber } from '../options/numbers.js';
import { runsFolder } from '../options/run-name.js';
import { chooseRun, chooseSupermask } from '../run/choose-run.js';
import { chosenCell, recipeOf, weightsOf } from '../ticket/pack-run.js';
import { supermaskOf } from '../ticket/pack-supermask.js';
import { writeBytes } from '../ticket/ticket-file.js';
import { count, percent } from '../view/format.js';

const bodies = ['recipe', 'weights', 'supermask'] as const;

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
  supermask the mask that winnow supermask has found: nothing is trained

Examples:
  winnow pack -o digits.ticket
  winnow pack runs/lenet --level 15 --body weights --loss-of 0.2 -o digits.ticket
  winnow pack runs/supermask --body supermask -o mask.ticket`;

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
  addFlag(
    command,
    '--body <kind>',
    bodies.join(', '),
    (flag) => oneOf(flag, bodies),
    'recipe, or supermask for a folder of those',
  );
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
    throw new UserError('--loss-of belongs to --body weights: other bodies lose nothing.');
  const supermask =
    flags.body === 'supermask' ||
    (word !== undefined && ((await isSupermaskRun(word)) || (await isSupermaskRun(join(runsFolder, word)))))
      ? await chooseSupermask(word)
      : null;
  const { bytes, name } = supermask === null ? await fromRun(word, flags) : await fromSupermask(supermask, flags);
  const file = flags.output ?? `${name}.ticket`;
  const { body, header, parts, survives } = readTicket(bytes);
  await writeBytes(file, bytes);
  const kept = survives.reduce((sum, layer) => sum + layer.reduce((ones, bit) => ones + bit, 0), 0);
  const density = kept / survives.reduce((sum, layer) => sum + layer.length, 0);
  const testAccuracy = header.test && header.test.correct / header.test.of;
  if (flags.json) {
    const { length } = bytes;
    const { digest } = header;
    console.log(JSON.stringify({ file, bytes: length, body, parts, density, weights: kept, testAccuracy, digest }));
    return;
  }
  console.log(
    `${file}: ${count(bytes.length)} bytes, ${body} of ${percent(density)} of the weights${testAccuracy === null ? '' : `, ${percent(testAccuracy, 2)} on test images`}.`,
  );
}

/** A file's bytes, and what to call it. */
interface Made {
  readonly bytes: Uint8Array;
  readonly name: string;
}

async function fromRun(word: string | undefined, flags: PackFlags): Promise<Made> {
  const run = await readRun(await chooseRun(word));
  const cell = chosenCell(run, flags);
  const bytes =
    flags.body === 'weights'
      ? await weightsOf(run, cell, flags.data, flags.lossOf ?? 0.1)
      : await recipeOf(run, cell, flags.data);
  return { bytes, name: `${run.experiment.network.name}-level-${cell.level}` };
}

/** @throws UserError for what only levels have */
async function fromSupermask(path: string, { body, level, density, trial, data }: PackFlags): Promise<Made> {
  if (body !== undefined && body !== 'supermask')
    throw new UserError(`${path} holds supermasks, which nothing trains: pack it with --body supermask.`);
  if (level !== undefined || density !== undefined)
    throw new UserError('--level and --density choose among the levels of a run; a supermask has one density.');
  return supermaskOf(path, trial, data);
}
