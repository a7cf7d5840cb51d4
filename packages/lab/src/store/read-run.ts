import { join, resolve } from 'node:path';
import { UserError } from '@winnow/arithmetic';
import type { Backend, MetricRow } from '@winnow/engine';
import type { TrainedCell } from '@winnow/tickets';
import type { CellPlan } from '../cells/cell-plan.js';
import type { CellRecord } from '../cells/cell-record.js';
import { cellTitle } from '../cells/name.js';
import type { Experiment } from '../experiment/experiment.js';
import { planCells } from '../plan/cells.js';
import type { DataDescription } from '../plan/prepare.js';
import { type RunSummary, summariseRun, winnerOf } from '../run/summary.js';
import { readCellFolder, rowsOf, trainedOf } from './cell-folder.js';
import { cellsFolder } from './folder-store.js';
import { readRunFile } from './run-file.js';
import type { Provenance } from './versions.js';

/** A finished cell as it is stored. */
export interface StoredCell extends CellRecord {
  readonly plan: CellPlan;
  /** Its folder. */
  readonly path: string;
  /** One for each evaluation. */
  readonly rows: readonly MetricRow[];
  readonly provenance: Provenance;
  /** When it was finished (ISO 8601, UTC). */
  readonly finished: string;
  /** Reads masks, parameters and snapshots. */
  trained(): Promise<TrainedCell>;
  masks(): Promise<TrainedCell['masks']>;
}

/** A run as its folder holds it, finished or not. */
export interface StoredRun {
  readonly path: string;
  readonly experiment: Experiment;
  readonly data: DataDescription;
  /** All cells that the experiment asks for. */
  readonly planned: readonly CellPlan[];
  /** Those that are finished and whole, in the same order. */
  readonly cells: readonly StoredCell[];
  readonly winner: StoredCell | null;
  /** What made the cell that was finished last; null while none is. */
  readonly provenance: Provenance | null;
  /** As `--json` prints it; null while no cell is finished. */
  readonly summary: RunSummary | null;
  /** Cells that are damaged, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * Reads a run's folder and checks what is in it. Nothing is locked or changed: a run may be read while it goes on.
 * @throws UserError if the folder is no run
 */
export async function readRun(path: string): Promise<StoredRun> {
  const folder = resolve(path);
  const file = await readRunFile(folder);
  if (file === null) throw new UserError(`${path} is no run folder: it has no experiment.json.`);
  const { experiment, data } = file;
  const planned = planCells(experiment, data);
  const cells: StoredCell[] = [];
  const notes: string[] = [];
  for (const plan of planned) {
    const cell = await readCell(join(cellsFolder(folder), plan.name), plan, experiment, notes);
    if (cell !== null) cells.push(cell);
  }
  const last = cells.reduce<StoredCell | null>(
    (latest, cell) => (latest === null || cell.finished > latest.finished ? cell : latest),
    null,
  );
  return {
    path: folder,
    experiment,
    data,
    planned,
    cells,
    winner: winnerOf(experiment, cells),
    provenance: last?.provenance ?? null,
    summary: last && summariseRun(folder, backendOf(last), experiment, cells),
    notes,
  };
}

function backendOf({ provenance }: StoredCell): Pick<Backend, 'name' | 'isa'> {
  const { backend, isa } = provenance.machine;
  return { name: backend, isa };
}

async function readCell(
  path: string,
  plan: CellPlan,
  { network }: Experiment,
  notes: string[],
): Promise<StoredCell | null> {
  const found = await readCellFolder(path, plan);
  switch (found.kind) {
    case 'missing':
      return null;
    case 'damaged':
      notes.push(
        `The cell of ${cellTitle(plan)} is damaged: ${found.reason}. Running the experiment again makes it anew.`,
      );
      return null;
    case 'whole': {
      const { result, versions, machine, finished } = found.manifest;
      const trained = async () => {
        const again = await readCellFolder(path, plan);
        if (again.kind === 'whole') return trainedOf(again, network, path);
        throw new UserError(`The cell of ${cellTitle(plan)} (${path}) is ${again.kind} now.`);
      };
      return {
        ...result,
        plan,
        path,
        rows: rowsOf(found),
        provenance: { versions, machine },
        finished,
        trained,
        masks: async () => (await trained()).masks,
      };
    }
  }
}
