import { UserError } from '@winnow/arithmetic';
import { type DataSet, loadDataSet, splitDataSet } from '@winnow/data';
import { familyOf, type LaidOutData, layOut, type Network, networkForData, networkNames } from '@winnow/engine';
import type { Search } from '@winnow/tickets';
import type { DataIdentity } from '../cells/settings.js';
import { loadCriterion } from '../criteria/load-criterion.js';
import { type Experiment, searchOf } from '../experiment/experiment.js';

/** What a run keeps of its data besides the examples. */
export interface DataDescription extends DataIdentity {
  readonly name: string;
  readonly shape: DataSet['shape'];
}

/** An experiment with its data at hand, ready to be planned and run. */
export interface Prepared {
  readonly experiment: Experiment;
  readonly search: Search;
  readonly description: DataDescription;
  /** In shared memory, for all workers. */
  readonly data: LaidOutData;
}

/**
 * Loads, splits and lays out an experiment's data.
 * @throws UserError if a criterion of one's own does not run, the data is missing or wrong, or the network does not fit it
 */
export async function prepareExperiment(experiment: Experiment): Promise<Prepared> {
  const { network, split, seed } = experiment;
  await loadCriterion(experiment.pruning.criterion);
  const set = typeof experiment.data === 'string' ? await loadDataSet(experiment.data) : experiment.data;
  if (network.inputs !== set.features) {
    throw new UserError(
      `Network "${network.name}" takes ${network.inputs} inputs, but an example of "${set.name}" has ${set.features} values.${fitting(network, set)}`,
    );
  }
  if (network.classes < set.classes) {
    throw new UserError(
      `Network "${network.name}" has ${network.classes} outputs, but "${set.name}" has ${set.classes} classes.${fitting(network, set)}`,
    );
  }
  const data = layOut(set, splitDataSet(set, { seed, ...split }));
  return {
    experiment,
    search: searchOf(experiment),
    description: {
      name: set.name,
      digest: set.digest,
      scale: data.scale,
      ...(data.channels && { channels: data.channels }),
      shape: set.shape,
      split,
    },
    data,
  };
}

/** What to write for the same layers over this data; nothing if there is no such name. */
function fitting({ name }: Network, set: DataSet): string {
  const family = familyOf({ name });
  if (!networkNames.includes(family)) return '';
  const fitted = networkForData(family, set);
  const fits = fitted.inputs === set.features && fitted.classes >= set.classes;
  return fits ? ` Write ${fitted.name} in its place.` : '';
}
