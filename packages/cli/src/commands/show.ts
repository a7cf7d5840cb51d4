import { resolve } from 'node:path';
import {
  type ConnectSummary,
  connectSentence,
  connectTable,
  levelRows,
  readConnectSummary,
  readRun,
  readShrinkSummary,
  readSupermaskRun,
  resultSentence,
  runKind,
  type ShrinkSummary,
  type StoredRun,
  shrinkSentence,
} from '@winnow/lab';
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
    .description(
      'Shows a run, finished or not: how to repeat it, its levels and winner; or supermasks, connections, files.',
    )
    .argument('[run]', 'a run folder, or its name in runs/ (default: the latest)')
    .option('--json', 'print one JSON object')
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', examples)
    .action(show);
}

async function show(word: string | undefined, { json = false }: { readonly json?: boolean }): Promise<void> {
  const path = await chooseAnyRun(word);
  const { value, lines } = await shown(path);
  if (json) console.log(JSON.stringify(value));
  else for (const line of lines()) console.log(line);
}

/** What a folder of any kind holds: as `--json` prints it, and for people. */
interface Shown {
  readonly value: unknown;
  readonly lines: () => readonly string[];
}

async function shown(path: string): Promise<Shown> {
  const kind = await runKind(path);
  if (kind === 'supermask') {
    const found = await readSupermaskRun(path);
    const none = { run: found.path, kind: found.kind, trials: [] };
    return { value: found.summary ?? none, lines: () => supermaskLines(found) };
  }
  if (kind === 'connect') {
    const found = await readConnectSummary(path);
    return { value: found ?? { run: resolve(path), connections: [] }, lines: () => connectLines(path, found) };
  }
  if (kind === 'shrink') {
    const found = await readShrinkSummary(path);
    return { value: found ?? { run: resolve(path), files: [] }, lines: () => shrinkLines(path, found) };
  }
  const run = await readRun(path);
  for (const note of run.notes) console.error(note);
  const none = { run: run.path, backend: null, isa: null, cells: [], winner: null };
  return { value: run.summary ?? none, lines: () => searchLines(run) };
}

const unfinished = 'It is not finished yet: the command that made it goes on.';

function connectLines(path: string, found: ConnectSummary | null): readonly string[] {
  if (found === null) return [`Run      ${shownPath(path)}`, '', unfinished];
  return [...openingLines(path, found), '', connectTable(found), '', connectSentence(found)];
}

function shrinkLines(path: string, found: ShrinkSummary | null): readonly string[] {
  if (found === null) return [`Run      ${shownPath(path)}`, '', unfinished];
  return [...openingLines(path, found), `Files    ${count(found.files.length)}`, '', shrinkSentence(found)];
}

const openingLines = (path: string, { network, data }: { readonly network: string; readonly data: string }) => [
  `Run      ${shownPath(path)}`,
  `Network  ${network}`,
  `Data     ${data}`,
];

function searchLines(run: StoredRun): readonly string[] {
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
