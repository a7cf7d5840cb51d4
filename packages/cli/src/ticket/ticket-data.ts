import { UserError } from '@winnow/arithmetic';
import { type DataSet, loadDataSet, splitDataSet } from '@winnow/data';
import { type Backend, evaluateParameters, type LaidOutData, layOut, type Network } from '@winnow/engine';
import type { Judge } from '@winnow/formats';
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

/** Judges parameters of a network on laid out data. */
export function judgeOf(backend: Backend, network: Network, data: LaidOutData, images: number): Judge {
  return {
    validation: (masks, parameters) =>
      evaluateParameters({ backend, network, masks, parameters, data }, 'validation').accuracy,
    test: (masks, parameters) => {
      const { accuracy } = evaluateParameters({ backend, network, masks, parameters, data }, 'test');
      return { correct: Math.floor(accuracy * images + 0.5), of: images };
    },
  };
}

/** (inputs) 1 for each that any training image lights. */
export function litInputs({ train, features, scaling }: DataSet): Uint8Array {
  // A byte of 0 is no 0 where channels are shifted.
  const lit = new Uint8Array(features).fill(scaling.kind === 'unit' ? 0 : 1);
  for (let i = 0; i < train.images.length; i++) if (train.images[i] !== 0) lit[i % features] = 1;
  return lit;
}
