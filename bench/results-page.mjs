import { NETWORKS } from './convnets.mjs';
import { threeDigits } from './table.mjs';

const CONVOLUTIONS = 'speed-convolutions';

/** Titles, and what is said between targets and tables. */
const PAGES = {
  speed: {
    title: 'Speed: Winnow beside its peers',
    holds: [
      'The profiles below the shares of the load-bound peak say where a step spends its time: nearly all of it in the forward product and in the',
      "first layer's weight gradient with its Adam step. What was tried for both, and what is left to gain, is in",
      '[decision 0020](../decisions/0020-kernels.md). `node kernels/measure.mjs` repeats the profile alone. On 256-bit machines the peers also gain from',
      'fused multiply-adds, which the exact rules do not use. The same decision takes the step of a supermask apart.',
      '',
      'Convolutions are told apart in [decision 0024](../decisions/0024-convolution-kernels.md), and measured alone in',
      `[a later run](${CONVOLUTIONS}.md); the start in [decision 0025](../decisions/0025-start.md).`,
    ],
  },
  [CONVOLUTIONS]: {
    title: 'Speed of convolutions: Winnow beside its peers',
    holds: [
      'What was tried, what a step spends its time on, and what is left to gain, is in',
      '[decision 0024](../decisions/0024-convolution-kernels.md); of ResNet-20 in [decision 0026](../decisions/0026-residual-networks.md).',
      '`node kernels/measure.mjs --network conv-2 --best` times every instruction of a step alone.',
    ],
  },
};

/** Runs of one machine as one: tables and targets of a later run replace an earlier one's. */
export function joined(runs) {
  const [{ machine }] = runs;
  const { targets } = runs.at(-1);
  const measured = (what) =>
    runs.findLast((run) => isMeasured(run, what))?.targets.find((target) => target.what === what);
  return {
    machine,
    commands: runs.map(({ command }) => command),
    targets: targets.map((target) => measured(target.what) ?? target),
    tables: [...new Map(runs.flatMap(({ tables }) => tables.map((table) => [table.id, table]))).values()],
  };
}

const isMeasured = ({ targets }, wanted) =>
  targets.some(({ what, isReached }) => what === wanted && isReached !== null);

/** The page of a run: its own for the section of convolutions. */
export const pageOf = ({ tables }) =>
  tables.every(({ id }) => NETWORKS.some((network) => id.startsWith(network))) ? CONVOLUTIONS : 'speed';

/** The page about runs of the bench, joined, from what `node bench/run.mjs --json` printed. */
export function resultsPage(run) {
  const { commands, machine, targets: all, tables } = run;
  const { processor, cores, system, node, data } = machine;
  const name = pageOf(run);
  const { title, holds } = PAGES[name];
  // A run of one section says nothing of the others.
  const targets = name === 'speed' ? all : all.filter(({ isReached }) => isReached !== null);
  return [
    `# ${title}`,
    '',
    `${commands.length === 1 ? 'One run' : `${commands.length} runs`} of the bench. What is compared was measured in turns; medians of short windows stand first,`,
    'with the best window in brackets. Before anyone is timed, its loss and gradients are checked on the same weights. Method, peers and their',
    'settings: [bench/README.md](../../bench/README.md). This page is written by `bench/write-results.mjs`.',
    '',
    ...commands.map((command, index) => `    ${command} > ${fileOf(index, commands)}`),
    `    node bench/write-results.mjs ${commands.map((_, index) => fileOf(index, commands)).join(' ')}`,
    '',
    `Machine: ${processor}, ${cores} cores, ${system}; Node ${node}${name === 'speed' ? `; ${data}` : ''}.`,
    '',
    '## Targets',
    '',
    summary(targets),
    '',
    '| row | target | median | best windows | |',
    '| --- | ---: | ---: | ---: | --- |',
    ...targets.map(targetRow),
    '',
    '## What holds the rows that are not reached',
    '',
    ...holds,
    '',
    '## All tables',
    ...tables.flatMap((table) => ['', ...tableLines(table)]),
    '',
  ].join('\n');
}

const fileOf = (index, commands) => (commands.length === 1 ? 'run.json' : `run-${index + 1}.json`);

function summary(targets) {
  const count = (wanted) => targets.filter(({ isReached }) => isReached === wanted).length;
  const left = count(null) > 0 ? ` ${count(null)} were not measured.` : '';
  return `${count(true)} of ${targets.length} are reached by the medians, ${count(false)} are not.${left}`;
}

function targetRow({ what, unit, atLeast, atMost, median, best, isReached }) {
  const bound = atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`;
  const value = (number) => (number === null || number === undefined ? '–' : `${threeDigits(number)} ${unit}`);
  const verdict = { true: 'reached', false: '**not reached**', null: 'not measured' }[isReached];
  return `| ${what} | ${bound} ${unit} | ${value(median)} | ${value(best)} | ${verdict} |`;
}

function tableLines({ title, unit, columns, rows, notes }) {
  return [
    `### ${title}`,
    '',
    `In ${unit}; × says how many times Winnow's.`,
    '',
    `| | ${columns.join(' | ')} |`,
    `| --- |${columns.map(() => ' ---: |').join('')}`,
    ...rows.map(({ label, cells, ratios }) => {
      const shown = cells.map((cell, index) => cellText(cell, index === 0 ? null : ratios[index]));
      return `| ${label} | ${shown.join(' | ')} |`;
    }),
    ...(notes.length > 0 ? ['', ...notes.map((note) => `- ${note}`)] : []),
  ];
}

function cellText(cell, ratio) {
  if (cell === null) return '–';
  const median = cell.medianMicroseconds ?? cell.median;
  const best = cell.bestMicroseconds ?? cell.best;
  const times = ratio === null ? '' : `, ${threeDigits(ratio)} ×`;
  return `${threeDigits(median)}${times} (${threeDigits(best)})`;
}
