import { countPerClass, type DataSet } from './dataset.js';
import { dataSets, parseDataSpec } from './registry.js';

/** A line of `winnow data list`. */
export interface DataSetDescription {
  readonly name: string;
  readonly summary: string;
  /** Where it is on this machine; null if it is not, or is read only from a folder that is named. */
  readonly folder: string | null;
  readonly howToGet: string;
}

/** Every data set that has a name, and whether it is here. Reads no data. */
export function describeDataSets(): readonly DataSetDescription[] {
  return dataSets.map(({ name, summary, defaultFolder, howToGet }) => ({
    name,
    summary,
    folder: defaultFolder(),
    howToGet,
  }));
}

/** What `winnow data check` says about a data set that is in order. */
export interface DataSetCheck {
  readonly name: string;
  /** Where it was read. */
  readonly folder: string | null;
  readonly shape: DataSet['shape'];
  readonly classes: number;
  readonly digest: string;
  /** `genuine`: it has the published checksums. `unpublished`: well formed, and nothing to compare it with. */
  readonly checksum: 'genuine' | 'unpublished';
  readonly train: ExamplesCheck;
  readonly test: ExamplesCheck;
}

export interface ExamplesCheck {
  readonly count: number;
  /** How many examples each class has. */
  readonly perClass: readonly number[];
}

/**
 * Loads a data set and reports what it holds.
 * @throws UserError if it is unknown, missing, damaged, or not what was published
 */
export async function checkDataSet(spec: string): Promise<DataSetCheck> {
  const { source, folder } = parseDataSpec(spec);
  const data = await source.load(folder);
  return {
    name: data.name,
    folder: folder ?? source.defaultFolder(),
    shape: data.shape,
    classes: data.classes,
    digest: data.digest,
    checksum: source.verified ? 'genuine' : 'unpublished',
    train: { count: data.train.count, perClass: countPerClass(data.train, data.classes) },
    test: { count: data.test.count, perClass: countPerClass(data.test, data.classes) },
  };
}
