import { type StoredSupermaskRun, supermaskSentence } from '@winnow/lab';
import { count, percent } from './format.js';
import { shownPath } from './path.js';
import { type Column, tableLines } from './table.js';

const columns: readonly Column[] = [
  { title: 'trial', align: 'right' },
  { title: 'weights', align: 'right' },
  { title: 'density', align: 'right' },
  { title: 'validation', align: 'right' },
  { title: 'test', align: 'right' },
];

/** A search for supermasks as `winnow show` prints it. */
export function supermaskLines(run: StoredSupermaskRun): readonly string[] {
  const { path, kind, network, data, planned, command, trials, summary } = run;
  const rows = trials.map((trial) => [
    String(trial.trial),
    count(trial.weights),
    percent(trial.density),
    percent(trial.deterministicValidationAccuracy, 2),
    percent(trial.deterministicTestAccuracy, 2),
  ]);
  return [
    `Run      ${shownPath(path)}`,
    ...(command === null ? [] : [`Repeat   ${command} --out ${shownPath(path)}`]),
    `Network  ${network}`,
    `Data     ${data.name} (SHA-256 ${data.digest.slice(0, 12)}…)`,
    `Found    ${count(trials.length)} of ${count(planned)} supermasks, ${kind}`,
    '',
    ...(rows.length === 0
      ? []
      : [...tableLines(columns, rows), '', 'Accuracies are those of the one mask that ships.', '']),
    summary === null ? 'No supermask is finished yet. The command above goes on.' : supermaskSentence(summary),
  ];
}
