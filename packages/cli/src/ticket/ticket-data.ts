import { UserError } from '@winnow/arithmetic';
import { type DataSet, loadDataSet, splitDataSet } from '@winnow/data';
import { type LaidOutData, layOut } from '@winnow/engine';
import type { Ticket } from '@winnow/runtime';

/** Split of a ticket that says none: it matters to nobody, as only the test set is judged. */
const anySplit = { seed: 0, validation: 1, stratified: false };

/**
 * Loads the data of a ticket and lays it out under its split.
 * @param spec as for `find --data`; undefined for the ticket's own
 * @throws UserError if it is missing, or its images are not of the network's size
 */
export async function dataOf(
  { header, training }: Ticket,
  spec: string | undefined,
): Promise<{ set: DataSet; data: LaidOutData }> {
  const set = await loadDataSet(spec ?? header.data.name);
  if (set.features !== header.network.inputs || set.classes > header.network.classes)
    throw new UserError(
      `The ticket's network takes ${header.network.inputs} values and knows ${header.network.classes} classes; "${set.name}" has ${set.features} and ${set.classes}.`,
    );
  const split = training && header.start ? { seed: header.start.seed, ...training.split } : anySplit;
  return { set, data: layOut(set, splitDataSet(set, split)) };
}
