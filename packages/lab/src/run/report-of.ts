import { criterionTitle } from '../criteria/criterion-source.js';
import { inputOf } from '../experiment/input-of.js';
import type { Plain, ReportRun } from '../report/index.js';
import type { StoredRun } from '../store/read-run.js';
import type { Provenance } from '../store/versions.js';
import { planesOf } from './planes.js';

/**
 * What a report shows of a stored run.
 * @param command the one line that repeats the run
 * @param path the run's folder as the user knows it
 */
export function reportOf(run: StoredRun, command: string, path: string = run.path): ReportRun {
  const { experiment, data, cells, winner, provenance } = run;
  const [channels, rows, columns] = data.shape;
  // A convolution's weights belong to no pixel.
  const seesPixels = rows > 1 && experiment.network.layers[0].kind === 'dense';
  const settings = {
    ...inputOf(experiment),
    pruning: {
      ...experiment.pruning,
      criterion: criterionTitle(experiment.pruning.criterion),
      rounds: experiment.levels,
    },
    network: { name: experiment.network.name, layers: experiment.network.layers },
    data: { name: data.name, sha256: data.digest },
  };
  return {
    path,
    network: experiment.network.name,
    data: data.name,
    settings: plain(settings),
    command,
    backend: provenance?.machine.backend ?? 'none',
    isa: provenance?.machine.isa ?? null,
    versions: provenance === null ? {} : asText(provenance.versions),
    machine: provenance === null ? {} : machineOf(provenance),
    image: seesPixels ? { channels, rows, columns } : null,
    cells,
    winner,
    planes: () => planesOf(run),
  };
}

function machineOf({ machine: { processor, cores, system } }: Provenance): Readonly<Record<string, string>> {
  return asText({ processor, cores, system });
}

function asText(values: Readonly<Record<string, string | number>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}

/** Settings as the plain data that `experiment.json` has them in. */
function plain(settings: object): Record<string, Plain> {
  return JSON.parse(JSON.stringify(settings)) as Record<string, Plain>;
}
