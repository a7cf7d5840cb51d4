import { join } from 'node:path';
import { UserError } from '@winnow/arithmetic';
import { backendChoiceFromEnvironment, networkNames } from '@winnow/engine';
import { type ConnectOptions, connectSentence, connectTable, type Experiment, readRun, runConnect } from '@winnow/lab';
import { Command } from 'commander';
import { experimentFrom } from '../options/experiment.js';
import { addFlag } from '../options/flag.js';
import { fraction, wholeNumber, wholeNumbers } from '../options/numbers.js';
import { runFolder } from '../options/run-name.js';
import { addTrainingFlags, type TrainingFlags, usualNetwork, weightTraining } from '../options/training.js';
import { chooseRun } from '../run/choose-run.js';
import { interruptible } from '../run/interrupt.js';
import { chosenCell } from '../ticket/pack-run.js';
import { count, percent } from '../view/format.js';
import { shownPath } from '../view/path.js';
import { ticker } from '../view/ticker.js';

const examples = `
Examples:
  winnow connect                                  ${usualNetwork} on MNIST, from iterations 0, 100, 500 and 2,000
  winnow connect --from 0,50 --iterations 3000 --trials 3 --json
  winnow connect --ticket runs/lenet-300-100-mnist --level 15      under the mask of a finished ticket

From one network at an iteration, two copies are trained with different orders of the data. Where the error does not rise on the line
between them, training is stable from there on, and tickets can be rewound to it. The same command continues where it was interrupted.`;

interface ConnectFlags extends TrainingFlags {
  readonly ticket?: string;
  readonly level?: number;
  readonly density?: number;
  readonly from?: readonly number[];
  readonly out?: string;
  readonly json?: boolean;
}

export function connectCommand(): Command {
  const command = new Command('connect')
    .description('Measures linear mode connectivity: the error barrier between two trainings from one iteration.')
    .argument('[network]', `${networkNames.join(', ')} (default: ${usualNetwork})`);
  addTrainingFlags(command, weightTraining());
  command.optionsGroup('Connecting:');
  addFlag(
    command,
    '--from <n,n,…>',
    'iterations up to which both trainings are one',
    (flag) => wholeNumbers(flag, { from: 0, to: 0x7fff_ffff }),
    '0,100,500,2000',
  );
  addFlag(
    command,
    '--ticket <run>',
    'under the mask of a ticket of this run, which says network, data and recipe too',
    () => String,
    'none: all weights',
  );
  addFlag(
    command,
    '--level <n>',
    'of the ticket',
    (flag) => wholeNumber(flag, { from: 0, to: 1000 }),
    "the winner's, or the last",
  );
  addFlag(command, '--density <share>', 'in place of --level: the level nearest to it', (flag) =>
    fraction(flag, { above: 0, to: 1 }),
  );
  addFlag(command, '--out <folder>', 'the folder', () => String, 'runs/ and a readable name');
  command.option('--json', 'print the result as one JSON object');
  command.optionsGroup('Help:').helpOption('-h, --help', 'show this help');
  return command.addHelpText('after', examples).action(connect);
}

async function connect(network: string | undefined, flags: ConnectFlags): Promise<void> {
  const { from, out: named, json = false, ticket, level, density, ...training } = flags;
  const { experiment, ticketOf, folder } = await askedFor(network, { ticket, level, density }, training);
  const usual = [0, 100, 500, 2000].filter((iteration) => iteration < experiment.recipe.iterations);
  const out = named ?? folder;
  const view = ticker(json);
  const summary = await interruptible(
    (signal) =>
      runConnect(experiment, {
        out,
        from: from ?? usual,
        signal,
        choice: backendChoiceFromEnvironment(process.env),
        ...(ticketOf && { ticketOf }),
        onConnection({ trial, from: iteration, barrier }, reused) {
          const where = experiment.trials > 1 ? `Trial ${trial}, from` : 'From';
          view.say(`${where} ${iteration}: error barrier ${percent(barrier, 2)}${reused ? ' (was there)' : ''}`);
        },
        onProgress({ trial, copy, iteration, iterations }) {
          const which = copy === null ? 'network' : `copy ${copy.number} of 2 from ${count(copy.from)}`;
          view.follow(`Trial ${trial}, ${which}: ${count(iteration)} of ${count(iterations)} steps`);
        },
      }),
    view.say,
  ).finally(view.close);
  if (json) {
    console.log(JSON.stringify(summary));
    return;
  }
  console.log(`\n${connectTable(summary)}\n\n${connectSentence(summary)}\n`);
  console.log(`Run     ${shownPath(out)}`);
  console.log(`Report  ${shownPath(join(out, 'report.md'))}`);
}

/** What is connected, and the folder that it has unless another is named. */
interface Asked {
  readonly experiment: Experiment;
  readonly ticketOf?: NonNullable<ConnectOptions['ticketOf']>;
  readonly folder: string;
}

async function askedFor(
  network: string | undefined,
  { ticket, level, density }: { readonly [Flag in 'ticket' | 'level' | 'density']: ConnectFlags[Flag] | undefined },
  training: TrainingFlags,
): Promise<Asked> {
  if (ticket === undefined) {
    if (level !== undefined || density !== undefined)
      throw new UserError('--level and --density choose a ticket: name its run with --ticket.');
    const experiment = await experimentFrom(network, { ...training, levels: 0, controls: [] });
    return { experiment, folder: `${runFolder(experiment)}-connect` };
  }
  const { trials, ...others } = training;
  const [said] = [...(network === undefined ? [] : [network]), ...Object.keys(others)];
  if (said !== undefined)
    throw new UserError(`The run of --ticket says how its network is trained. Leave out "${said}".`);
  const path = await chooseRun(ticket);
  const run = await readRun(path);
  const experiment = { ...run.experiment, trials: trials ?? run.experiment.trials };
  const chosen = (trial: number) =>
    chosenCell(run, { trial, ...(level !== undefined && { level }), ...(density !== undefined && { density }) });
  return {
    experiment,
    folder: `${path}-connect-level-${chosen(0).level}`,
    async ticketOf(trial) {
      const cell = chosen(trial);
      return { masks: await cell.masks(), hash: cell.plan.hash };
    },
  };
}
