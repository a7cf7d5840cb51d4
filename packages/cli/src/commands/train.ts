import { networkNames } from '@winnow/engine';
import { Command } from 'commander';
import { experimentFrom, type SearchFlags } from '../options/experiment.js';
import { runFolder } from '../options/run-name.js';
import { addRunningFlags, type RunningFlags } from '../options/running.js';
import { addTrainingFlags, type TrainingFlags, usualNetwork } from '../options/training.js';
import { concludeRun } from '../run/conclude.js';
import { runShown } from '../run/run-shown.js';
import { showExplanation } from '../run/show-explanation.js';
import { showPlan } from '../run/show-plan.js';

const examples = `
Examples:
  winnow train                                            ${usualNetwork} on MNIST
  winnow train --optimizer momentum --lr 0.05 --warmup 500
  winnow train --trials 5 --iterations 50000 --json

A search of the same settings (winnow find) starts from this training in place of making it again.`;

export function trainCommand(): Command {
  const command = new Command('train')
    .description('Trains one dense network: level 0 of a search, without pruning.')
    .argument('[network]', `${networkNames.join(', ')} (default: ${usualNetwork})`);
  addTrainingFlags(command);
  addRunningFlags(command);
  return command.addHelpText('after', examples).action(train);
}

async function train(network: string | undefined, flags: TrainingFlags & RunningFlags): Promise<void> {
  const dense: SearchFlags = { ...flags, levels: 0, controls: [] };
  const experiment = await experimentFrom(network, dense);
  const out = flags.out ?? runFolder(experiment);
  if (flags.explain) return showExplanation(experiment, flags);
  if (flags.dryRun) return showPlan(experiment, out, flags);
  await concludeRun(await runShown(experiment, out, flags), out, flags);
}
