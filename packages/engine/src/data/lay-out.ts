import { channelScalings, type DataSet, inputFactor, type Split } from '@winnow/data';
import type { LaidOutData } from './laid-out-data.js';
import { layOutExamples } from './lay-out-examples.js';

/** A data set under a split, laid out once for all trainings: see `LaidOutData`. */
export function layOut(data: DataSet, split: Split): LaidOutData {
  const { name, digest, features, classes, scaling, train, test } = data;
  const channels = channelScalings(scaling);
  return layOutExamples(
    { name, digest, features, classes, scale: inputFactor(scaling), ...(channels && { channels }) },
    {
      train: { ...train, indices: split.train },
      validation: { ...train, indices: split.validation },
      test: { ...test, indices: Uint32Array.from({ length: test.count }, (_, i) => i) },
    },
  );
}
