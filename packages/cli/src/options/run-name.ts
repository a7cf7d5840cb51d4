import { join } from 'node:path';
import type { Experiment } from '@winnow/lab';
import { type FlagValue, flagsOf } from './command-line.js';

/** The folder that holds the runs that name none. */
export const runsFolder = 'runs';

/** What a run may be continued with, in the same folder: it adds cells and changes none. */
const extendable = ['--trials', '--levels', '--controls', '--control-levels', '--schedule', '--replicates'];

/**
 * The folder of an experiment that names none: `runs/lenet-300-100-mnist`, and after it every setting that decides its
 * cells and is not the default, so that the same command finds the same folder: `runs/lenet-300-100-mnist-lr-0.01`.
 */
export function runFolder(experiment: Experiment): string {
  const { network, data } = experiment;
  const settings = flagsOf(experiment).filter(([flag]) => flag !== '--data' && !extendable.includes(flag));
  const parts = [
    network.name,
    typeof data === 'string' ? data : data.name,
    ...settings.map((setting) => words(versioned(setting, experiment))),
  ];
  return join(runsFolder, parts.map(fileName).join('-'));
}

const words = ([flag, value]: FlagValue): string => (value === true ? flag : `${flag}-${value}`);

/** A criterion of one's own gives each of its versions a folder. */
function versioned([flag, value]: FlagValue, { pruning: { criterion } }: Experiment): FlagValue {
  if (flag !== '--criterion' || typeof criterion === 'string') return [flag, value];
  return [flag, `${criterion.name}-${criterion.digest.slice(0, 8)}`];
}

/** Letters, digits, dots and hyphens. */
export const fileName = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^[-.]+|-+$/g, '');
