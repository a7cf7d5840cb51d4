import { createInterface } from 'node:readline/promises';
import { allInOrder, UserError } from '@winnow/arithmetic';
import { deleteRun, listRuns } from '@winnow/lab';
import { Command } from 'commander';
import { runsFolder } from '../options/run-name.js';
import { chooseAnyRun } from '../run/choose-run.js';
import { shownPath } from '../view/path.js';

interface CleanFlags {
  readonly all?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

const examples = `
Examples:
  winnow clean lenet-300-100-mnist-lr-0.01
  winnow clean --all --dry-run
  winnow clean --all --yes

Only folders that hold a run are deleted, each with all that is in it, and none that a living process works on.`;

export function cleanCommand(): Command {
  return new Command('clean')
    .description('Deletes runs. Asks before, unless --yes.')
    .argument('[runs...]', 'run folders, or their names in runs/')
    .option('--all', 'every run in runs/')
    .option('--dry-run', 'show what would be deleted')
    .option('-y, --yes', 'do not ask')
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', examples)
    .action(clean);
}

async function clean(
  words: readonly string[],
  { all = false, dryRun = false, yes = false }: CleanFlags,
): Promise<void> {
  if (all === words.length > 0) throw new UserError('Name the runs to delete, or say --all.');
  const runs = all
    ? (await listRuns(runsFolder)).map(({ path }) => shownPath(path))
    : await allInOrder(words.map(chooseAnyRun));
  if (runs.length === 0) {
    console.log(`There is no run in ${runsFolder}/.`);
    return;
  }
  for (const run of runs) console.log(run);
  if (dryRun) return;
  if (!yes && !(await agreed(runs.length))) {
    console.log('Nothing was deleted.');
    return;
  }
  for (const run of runs) await deleteRun(run);
  console.log(`Deleted ${runs.length === 1 ? '1 run' : `${runs.length} runs`}.`);
}

async function agreed(runs: number): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new UserError('There is nobody to ask: say --yes to delete, or --dry-run to look first.');
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await terminal.question(`Delete ${runs === 1 ? 'this run' : `these ${runs} runs`}? [y/N] `);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}
