import { join } from 'node:path';
import { UserError } from '@winnow/arithmetic';
import { parseDataSpec } from '@winnow/data';
import { backendChoiceFromEnvironment } from '@winnow/engine';
import {
  byData,
  defaultWorkers,
  estimateReproductions,
  type Reproduction,
  type ReproductionResult,
  reproduce,
  reproductions,
  reproductionsNamed,
  type Scale,
  tally,
  unfinished,
} from '@winnow/lab';
import { Command } from 'commander';
import { addFlag } from '../options/flag.js';
import { wholeNumber } from '../options/numbers.js';
import { runsFolder } from '../options/run-name.js';
import { addWorkersFlag } from '../options/running.js';
import { interruptible } from '../run/interrupt.js';
import { duration } from '../view/format.js';
import { shownPath } from '../view/path.js';
import { reproduceView } from '../view/reproduce-view.js';
import { type Column, tableLines } from '../view/table.js';

const examples = `
Examples:
  winnow reproduce                                  what there is, and how long it takes here
  winnow reproduce --quick all                      everything, scaled down to some minutes
  winnow reproduce dlt-signs --iterations 12000 --trials 2
  winnow reproduce lth-5 --data cifar-10:FOLDER     where its binary files lie
  winnow reproduce lth-5 --networks conv-4          of its networks, this one alone
  winnow reproduce lth-4 --finished                 from what is there, training nothing

Ctrl-C keeps what is finished; the same command continues. Figures of one folder share their trainings.`;

interface ReproduceFlags {
  readonly quick?: boolean;
  readonly trials?: number;
  readonly iterations?: number;
  readonly networks?: readonly string[];
  readonly data?: string;
  readonly finished?: boolean;
  readonly workers?: number;
  readonly out?: string;
  readonly json?: boolean;
}

export function reproduceCommand(): Command {
  const command = new Command('reproduce')
    .description(
      'Makes a figure or table of the papers again: trains what it needs, draws it, sets the paper’s values beside, and judges every claim.',
    )
    .argument('[name]', 'one of the list that `winnow reproduce` shows, or all');
  command.optionsGroup('Scale:');
  command.option('--quick', 'scaled down, and marked so in every figure and table');
  addFlag(
    command,
    '--trials <n>',
    'repetitions with other draws',
    (flag) => wholeNumber(flag, { from: 1, to: 10_000 }),
    "the paper's",
  );
  addFlag(
    command,
    '--iterations <n>',
    'training steps of every network',
    (flag) => wholeNumber(flag, { from: 1, to: 0x7fff_ffff }),
    "the paper's",
  );
  addFlag(
    command,
    '--networks <name,…>',
    'of a reproduction with several networks, these alone',
    () => (text) => text.split(',').map((name) => name.trim()),
    'all of them',
  );
  command.optionsGroup('Running:');
  addFlag(command, '--data <set>', 'where CIFAR-10 lies: cifar-10:FOLDER', (flag) => cifar10At(flag), "Winnow's cache");
  command.option('--finished', 'train nothing: draw and judge what is finished, marked so');
  addWorkersFlag(command);
  addFlag(
    command,
    '--out <folder>',
    'where searches and figures go',
    () => String,
    `${runsFolder}/reproduce and the scale`,
  );
  command.option('--json', 'print the result as one JSON object');
  command.optionsGroup('Help:').helpOption('-h, --help', 'show this help');
  return command.addHelpText('after', examples).action(run);
}

const cifar10At =
  (flag: string) =>
  (text: string): string => {
    const { source, folder } = parseDataSpec(text);
    if (source.name === 'cifar-10' && folder !== undefined) return text;
    throw new UserError(
      `${flag} must be cifar-10:FOLDER, not "${text}". The other data are read where they always are.`,
    );
  };

async function run(name: string | undefined, flags: ReproduceFlags): Promise<void> {
  const { trials, iterations, networks, json = false } = flags;
  const scale: Scale = {
    quick: flags.quick ?? false,
    ...(trials !== undefined && { trials }),
    ...(iterations !== undefined && { iterations }),
    ...(networks !== undefined && { networks }),
    ...(flags.data !== undefined && { cifar10: flags.data }),
  };
  if (name === undefined && networks !== undefined) {
    throw new UserError(
      '--networks goes with the name of what is reproduced, as in `winnow reproduce lth-5 --networks conv-4`.',
    );
  }
  if (name === undefined) return list(scale, flags);
  const view = reproduceView(json);
  const asked = name === 'all' && !flags.finished ? withData(scale, view.say) : reproductionsNamed(name);
  const results = await interruptible(
    (signal) =>
      reproduce(asked, {
        scale,
        signal,
        out: flags.out ?? folderOf(scale),
        onlyFinished: flags.finished ?? false,
        choice: backendChoiceFromEnvironment(process.env),
        ...(flags.workers !== undefined && { workers: flags.workers }),
        commandOf: (of) => ['npx winnow reproduce', of, ...scaleFlags(scale)].join(' '),
        onEvent: view.show,
      }),
    view.say,
  ).finally(view.close);
  if (json) console.log(JSON.stringify({ reproductions: results.map(({ notes: _, ...result }) => result) }));
  else for (const result of results) conclude(result);
}

/** Of everything, what can be made from the data that are here; `say` tells what cannot. */
function withData(scale: Scale, say: (text: string) => void): readonly Reproduction[] {
  const { here, missing } = byData(reproductionsNamed('all'), scale);
  for (const [{ name }, data] of missing) {
    say(
      `${name} is left out: it needs ${data}, which is not here. Run \`winnow data get ${data}\`, or name its folder: --data ${data}:FOLDER.`,
    );
  }
  return here;
}

const scaleFlags = ({ quick, trials, iterations, networks }: Scale): readonly string[] => [
  ...(quick ? ['--quick'] : []),
  ...(iterations === undefined ? [] : [`--iterations ${iterations}`]),
  ...(trials === undefined ? [] : [`--trials ${trials}`]),
  ...(networks === undefined ? [] : [`--networks ${networks.join(',')}`]),
];

/** A folder for each length of training; more trials go into the same. */
function folderOf({ quick, iterations }: Scale): string {
  const words = [
    'reproduce',
    ...(quick ? ['quick'] : []),
    ...(iterations === undefined ? [] : [`iterations-${iterations}`]),
  ];
  return join(runsFolder, words.join('-'));
}

function conclude(result: ReproductionResult): void {
  console.log(`\n${result.name}: ${result.title} (${result.source})`);
  console.log([result.scale, ...(unfinished(result) === '' ? [] : [unfinished(result).replace(/\.$/, '')])].join('. '));
  for (const { outcome, claim, source, numbers } of result.verdicts) {
    console.log(`  ${outcome.padEnd(13)}  ${claim} (${source}): ${numbers}`);
  }
  console.log(tally(result));
  for (const note of result.notes) console.log(note);
  console.log(`Report  ${shownPath(result.files.html)}`);
}

async function list(scale: Scale, { json = false, workers = defaultWorkers() }: ReproduceFlags): Promise<void> {
  const { here, missing } = byData(reproductions, scale);
  const seconds = await estimateReproductions(here, scale, {
    choice: backendChoiceFromEnvironment(process.env),
    onMeasure: (network) => console.error(`Measuring how fast ${network} is here …`),
  });
  const rows = reproductions.map((one) => {
    const { name, source, shows } = one;
    const time = seconds.get(name);
    const needs = missing.get(one);
    return {
      ...{ name, source, shows, seconds: time === undefined ? null : Math.round(time / workers) },
      ...(needs !== undefined && { needs }),
      ...(one.alone === true && { alone: true }),
    };
  });
  const all = Math.round(seconds.get('all')! / workers);
  if (json) {
    console.log(JSON.stringify({ ...scale, workers, reproductions: rows, seconds: all }));
    return;
  }
  const long = reproductions.filter(({ alone }) => alone === true).map(({ name }) => name);
  const columns: readonly Column[] = [
    { title: 'name', align: 'left' },
    { title: 'time', align: 'right' },
    { title: 'of', align: 'left' },
    { title: 'shows', align: 'left' },
  ];
  const cells = rows.map((row) => [
    row.name,
    row.seconds === null ? `needs ${row.needs}` : duration(row.seconds),
    row.source,
    row.shows,
  ]);
  for (const line of tableLines(columns, [
    ...cells,
    [
      'all',
      duration(all),
      '',
      `all of these${missing.size > 0 ? ' whose data are here' : ''} but ${long.join(' and ')}; what they share is trained once`,
    ],
  ])) {
    console.log(line);
  }
  console.log(`\nEstimates for ${workers === 1 ? '1 core' : `${workers} cores`} of this machine${sizeInWords(scale)}.`);
}

function sizeInWords({ quick, trials, iterations }: Scale): string {
  if (quick) return ', scaled down (--quick)';
  const isPapers = trials === undefined && iterations === undefined;
  return isPapers ? ' at the papers’ scale; --quick scales down' : ' at the size that was asked for';
}
