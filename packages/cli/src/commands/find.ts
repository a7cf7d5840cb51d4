import { networkNames } from '@winnow/engine';
import { Command } from 'commander';
import { experimentFrom, type SearchFlags } from '../options/experiment.js';
import { addPruningFlags } from '../options/pruning.js';
import { runFolder } from '../options/run-name.js';
import { addRunningFlags } from '../options/running.js';
import { addTrainingFlags, usualNetwork } from '../options/training.js';
import { concludeRun } from '../run/conclude.js';
import { runShown } from '../run/run-shown.js';
import { showExplanation } from '../run/show-explanation.js';
import { showPlan } from '../run/show-plan.js';

const examples = `
Examples:
  winnow find                                    ${usualNetwork} on MNIST: 20 rounds, with both controls
  winnow find --density 3.6% --trials 3          as deep as 3.6 % of the weights, three times
  winnow find --levels 5 --iterations 2000       a quick look
  winnow find --schedule iterative,one-shot      iterative pruning beside one-shot pruning
  winnow find --schedule iterative,snip,grasp,synflow,erk,uniform    beside what prunes before training
  winnow find --controls shuffle,invert          sanity checks: what the mask's places and scores are worth
  winnow find --levels 3 --early-bird             rounds stop once the mask they would leave has settled
  winnow find --data fashion-mnist --controls none --json
  winnow find --criterion ./mine.ts              your own criterion: a file that exports a score
  winnow find --config winnow.config.ts --dry-run
  winnow find --density 3.6% --explain           how the kernels will work at that density

The same command continues where it was interrupted. More levels, trials or controls continue in the same folder too.`;

export function findCommand(): Command {
  const command = new Command('find')
    .description(
      'Finds a winning ticket: trains a network, prunes it round by round, rewinds it, and compares it with controls.',
    )
    .argument('[network]', `${networkNames.join(', ')} (default: ${usualNetwork})`);
  addTrainingFlags(command);
  addPruningFlags(command);
  addRunningFlags(command);
  return command.addHelpText('after', examples).action(find);
}

async function find(network: string | undefined, flags: SearchFlags): Promise<void> {
  const experiment = await experimentFrom(network, flags);
  const out = flags.out ?? runFolder(experiment);
  if (flags.explain) return showExplanation(experiment, flags);
  if (flags.dryRun) return showPlan(experiment, out, flags);
  const summary = await runShown(experiment, out, flags);
  await concludeRun(summary, out, flags);
}
