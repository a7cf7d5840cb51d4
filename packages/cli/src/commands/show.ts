import { isSupermaskRun, levelRows, readRun, readSupermaskRun, resultSentence, type StoredRun } from '@winnow/lab';
import { Command } from 'commander';
import { commandOf } from '../options/command-line.js';
import { chooseAnyRun } from '../run/choose-run.js';
import { count } from '../view/format.js';
import { levelLegend, levelLine, levelTitles } from '../view/level-table.js';
import { shownPath } from '../view/path.js';
import { kindsBeside } from '../view/progress.js';
import { supermaskLines } from '../view/supermask-lines.js';

const examples = `
Examples:
  winnow show                                the run that was worked on last
  winnow show runs/lenet-300-100-mnist
  winnow show lenet-300-100-mnist --json     the object that find --json prints`;

export function showCommand(): Command {
  return new Command('show')
    .description('Shows a run, finished or not: how to repeat it, its levels and winner, or its supermasks.')
    .argument('[run]', 'a run folder, or its name in runs/ (default: the latest)')
    .option('--json', 'print one JSON object')
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', examples)
    .action(show);
}

async function show(word: string | undefined, { json = false }: { readonly json?: boolean }): Promise<void> {
  const path = await chooseAnyRun(word);
  if (await isSupermaskRun(path)) {
    const found = await readSupermaskRun(path);
    if (json) console.log(JSON.stringify(found.summary ?? { run: found.path, kind: found.kind, trials: [] }));
    else for (const line of supermaskLines(found)) console.log(line);
    return;
  }
  const run = await readRun(path);
  for (const note of run.notes) console.error(note);
  if (json)
    console.log(JSON.stringify(run.summary ?? { run: run.path, backend: null, isa: null, cells: [], winner: null }));
  else for (const line of shownLines(run)) console.log(line);
}

function shownLines(run: StoredRun): readonly string[] {
  const { path, experiment, data, planned, cells, provenance } = run;
  const made = provenance && `${provenance.machine.processor}, ${provenance.machine.isa ?? provenance.machine.backend}`;
  const kinds = kindsBeside(planned);
  const table = [levelTitles(kinds), ...levelRows(run).map((row) => levelLine(row, kinds)), '', levelLegend, ''];
  return [
    `Run      ${shownPath(path)}`,
    `Repeat   ${commandOf(experiment, shownPath(path))}`,
    `Network  ${experiment.network.name}`,
    `Data     ${data.name} (SHA-256 ${data.digest.slice(0, 12)}…)`,
    `Trained  ${count(cells.length)} of ${count(planned.length)}${made === null ? '' : `, on ${made}`}`,
    '',
    ...(cells.length === 0 ? [] : table),
    resultSentence(run),
  ];
}
