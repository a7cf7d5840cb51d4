import { join } from 'node:path';
import { backendChoiceFromEnvironment, networkNames } from '@winnow/engine';
import { connectSentence, connectTable, runConnect } from '@winnow/lab';
import { Command } from 'commander';
import { experimentFrom } from '../options/experiment.js';
import { addFlag } from '../options/flag.js';
import { wholeNumbers } from '../options/numbers.js';
import { runFolder } from '../options/run-name.js';
import { addTrainingFlags, type TrainingFlags, usualNetwork, weightTraining } from '../options/training.js';
import { interruptible } from '../run/interrupt.js';
import { percent } from '../view/format.js';
import { shownPath } from '../view/path.js';

const examples = `
Examples:
  winnow connect                                  ${usualNetwork} on MNIST, from iterations 0, 100, 500 and 2,000
  winnow connect --from 0,50 --iterations 3000 --json

From one network at an iteration, two copies are trained with different orders of the data. Where the error does not rise on the line
between them, training is stable from there on, and tickets can be rewound to it. The same command continues where it was interrupted.`;

interface ConnectFlags extends TrainingFlags {
  readonly from?: readonly number[];
  readonly out?: string;
  readonly json?: boolean;
}

export function connectCommand(): Command {
  const command = new Command('connect')
    .description('Measures linear mode connectivity: the error barrier between two trainings from one iteration.')
    .argument('[network]', `${networkNames.join(', ')} (default: ${usualNetwork})`);
  addTrainingFlags(command, { ...weightTraining(), hasTrials: false });
  command.optionsGroup('Connecting:');
  addFlag(
    command,
    '--from <n,n,…>',
    'iterations up to which both trainings are one',
    (flag) => wholeNumbers(flag, { from: 0, to: 0x7fff_ffff }),
    '0,100,500,2000',
  );
  addFlag(command, '--out <folder>', 'the folder', () => String, 'runs/ and a readable name');
  command.option('--json', 'print the result as one JSON object');
  command.optionsGroup('Help:').helpOption('-h, --help', 'show this help');
  return command.addHelpText('after', examples).action(connect);
}

async function connect(network: string | undefined, flags: ConnectFlags): Promise<void> {
  const { from, out: named, json = false, ...training } = flags;
  const experiment = await experimentFrom(network, { ...training, levels: 0, controls: [] });
  const usual = [0, 100, 500, 2000].filter((iteration) => iteration < experiment.recipe.iterations);
  const out = named ?? join(`${runFolder(experiment)}-connect`);
  const summary = await interruptible(
    (signal) =>
      runConnect(experiment, {
        out,
        from: from ?? usual,
        signal,
        choice: backendChoiceFromEnvironment(process.env),
        onConnection: ({ from: iteration, barrier }, reused) =>
          console.error(`From ${iteration}: error barrier ${percent(barrier, 2)}${reused ? ' (was there)' : ''}`),
      }),
    (message) => console.error(message),
  );
  if (json) {
    console.log(JSON.stringify(summary));
    return;
  }
  console.log(`\n${connectTable(summary)}\n\n${connectSentence(summary)}\n`);
  console.log(`Run     ${shownPath(out)}`);
  console.log(`Report  ${shownPath(join(out, 'report.md'))}`);
}
