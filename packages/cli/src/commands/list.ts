import { listRuns, type RunListing } from '@winnow/lab';
import { Command } from 'commander';
import { runsFolder } from '../options/run-name.js';
import { shownPath } from '../view/path.js';
import { type Column, tableLines } from '../view/table.js';

const examples = `
Examples:
  winnow list
  winnow list /data/experiments --json`;

export function listCommand(): Command {
  return new Command('list')
    .description('Lists the runs in a folder.')
    .argument('[folder]', 'the folder', runsFolder)
    .option('--json', 'print one JSON object')
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', examples)
    .action(list);
}

async function list(folder: string, { json = false }: { readonly json?: boolean }): Promise<void> {
  const runs = await listRuns(folder);
  if (json) {
    console.log(JSON.stringify({ runs: runs.map(listingJson) }));
  } else if (runs.length === 0) {
    console.log(`There is no run in ${folder}. \`winnow find\` makes one.`);
  } else {
    for (const line of tableLines(columns, runs.map(rowOf))) console.log(line);
  }
}

const columns: readonly Column[] = [
  { title: 'run', align: 'left' },
  { title: 'network', align: 'left' },
  { title: 'data', align: 'left' },
  { title: 'levels', align: 'right' },
  { title: 'trials', align: 'right' },
  { title: 'finished', align: 'right' },
  { title: 'changed', align: 'left' },
];

function rowOf(run: RunListing): readonly string[] {
  const { kind, path, network, data, levels, trials, finished, planned, changed } = run;
  return [
    shownPath(path),
    network,
    data,
    levels === null ? kind : String(levels),
    String(trials),
    planned === null ? `${finished} so far` : `${finished} of ${planned}`,
    localTime(changed),
  ];
}

/** "2026-01-31 14:05", where the user is. */
function localTime(time: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}`;
}

function listingJson({ path, changed, ...listing }: RunListing) {
  return { run: path, ...listing, changed: changed.toISOString() };
}
