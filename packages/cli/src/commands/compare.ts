import { UserError } from '@winnow/arithmetic';
import { type LevelRow, levelRows, readRun, resultSentence, type Spread, type StoredRun } from '@winnow/lab';
import { Command } from 'commander';
import { chooseRun } from '../run/choose-run.js';
import { count, percent } from '../view/format.js';
import { shownPath } from '../view/path.js';
import { type Column, tableLines } from '../view/table.js';

const examples = `
Examples:
  winnow compare lenet-300-100-mnist lenet-300-100-mnist-lr-0.01
  winnow compare runs/a runs/b runs/c --json`;

export function compareCommand(): Command {
  return new Command('compare')
    .description(
      'Sets several runs side by side, level by level: density, early stop, test accuracy there (means over trials).',
    )
    .argument('<runs...>', 'run folders, or their names in runs/')
    .option('--json', 'print one JSON object')
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', examples)
    .action(compare);
}

async function compare(words: readonly string[], { json = false }: { readonly json?: boolean }): Promise<void> {
  if (words.length < 2) throw new UserError('compare needs two runs or more.');
  const runs: StoredRun[] = [];
  for (const word of words) runs.push(await readRun(await chooseRun(word)));
  if (json) {
    console.log(JSON.stringify({ runs: runs.map(runJson) }));
    return;
  }
  for (const [at, run] of runs.entries()) console.log(`${letter(at)}  ${shownPath(run.path)}: ${resultSentence(run)}`);
  console.log('');
  for (const line of comparison(runs)) console.log(line);
}

const letter = (at: number): string => (at < 26 ? String.fromCharCode(65 + at) : String(at + 1));

/** One row a level, three columns a run. */
function comparison(runs: readonly StoredRun[]): readonly string[] {
  const rows = runs.map((run) => new Map(levelRows(run).map((row) => [row.level, row])));
  const levels = [...new Set(rows.flatMap((each) => [...each.keys()]))].sort((a, b) => a - b);
  const columns: readonly Column[] = [
    { title: 'level', align: 'right' },
    ...runs.flatMap((_, at): readonly Column[] => [
      { title: `${letter(at)}: density`, align: 'right', width: 12 },
      { title: 'stop', align: 'right' },
      { title: 'test', align: 'right' },
    ]),
  ];
  return tableLines(
    columns,
    levels.map((level) => [String(level), ...rows.flatMap((each) => cellsOf(each.get(level)))]),
  );
}

function cellsOf(row: LevelRow | undefined): readonly string[] {
  if (row === undefined) return ['', '', ''];
  const accuracy = row.testAccuracy === null ? '' : percent(row.testAccuracy.mean, 2);
  return [percent(row.density), count(Math.round(row.earlyStop.mean)), accuracy];
}

function runJson(run: StoredRun) {
  const levels = levelRows(run).map(({ level, density, weights, trials, earlyStop, validationLoss, testAccuracy }) => ({
    level,
    density,
    weights,
    trials,
    earlyStop: spreadJson(earlyStop),
    validationLoss: spreadJson(validationLoss),
    testAccuracy: testAccuracy && spreadJson(testAccuracy),
  }));
  return { run: run.path, levels, winner: run.summary?.winner ?? null };
}

const spreadJson = ({ mean, min, max }: Spread) => ({ mean, min, max });
