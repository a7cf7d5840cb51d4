import { readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Network } from '@winnow/engine';
import type { CellPlan } from '../cells/cell-plan.js';
import { cellTitle } from '../cells/name.js';
import { cellFiles, type FoundCell, filesOf, readCellFolder, rowsOf, trainedOf } from './cell-folder.js';
import { readCheckpoint, writeCheckpoint } from './checkpoint-file.js';
import { writingError } from './file-errors.js';
import { makeFolder, removeTemporaries, replaceFile, replaceFolder, type WriteFile, writeDurably } from './files.js';
import type { CellStore } from './store.js';
import type { Provenance } from './versions.js';

export interface FolderStoreOptions {
  readonly network: Network;
  readonly provenance: Provenance;
  /** Told when a cell is made again, and why. */
  readonly note: (message: string) => void;
  readonly write?: WriteFile;
  /** Other runs' folders, whose finished cells of the same name are copied. */
  readonly shareFrom?: readonly string[];
}

/** The folder of a run's cells. */
export const cellsFolder = (run: string): string => join(run, 'cells');

/** Keeps the cells of a run in its folder: `cells/<name>/`, and beside it the checkpoint while a cell is trained. */
export function folderStore(run: string, options: FolderStoreOptions): CellStore {
  const { network, provenance, note, write = writeDurably, shareFrom = [] } = options;
  const pathOf = ({ name }: CellPlan): string => join(cellsFolder(run), name);
  const checkpointOf = (cell: CellPlan): string => `${pathOf(cell)}.checkpoint.safetensors`;

  async function whole(cell: CellPlan): Promise<Extract<FoundCell, { kind: 'whole' }>> {
    const found = await readCellFolder(pathOf(cell), cell);
    if (found.kind === 'whole') return found;
    throw new Error(`cell ${cell.name} is ${found.kind}`);
  }

  /** Copies a whole cell of that name from another run; its name is the hash of all that decides it. */
  async function share(cell: CellPlan): Promise<FoundCell> {
    for (const other of shareFrom) {
      const found = await readCellFolder(join(cellsFolder(other), cell.name), cell);
      if (found.kind !== 'whole') continue;
      await writing(pathOf(cell), () => replaceFolder(pathOf(cell), filesOf(found), write));
      return found;
    }
    return { kind: 'missing' };
  }

  /** What cannot be written is said in a sentence. */
  async function writing<T>(path: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw writingError(error, path);
    }
  }

  return {
    async find(cell) {
      const own = await readCellFolder(pathOf(cell), cell);
      const found = own.kind === 'missing' ? await share(cell) : own;
      switch (found.kind) {
        case 'missing':
          return null;
        case 'damaged':
          note(`The cell of ${cellTitle(cell)} is damaged (${found.reason}) and made again.`);
          return null;
        case 'whole': {
          await rm(checkpointOf(cell), { force: true }); // left if the process was killed after the cell was finished
          const lacking = cell.snapshotAt.find((iteration) => !found.manifest.snapshots.includes(iteration));
          if (lacking === undefined) return found.manifest.result;
          note(`The cell of ${cellTitle(cell)} has no values of iteration ${lacking} to rewind to and is made again.`);
          return null;
        }
      }
    },

    async put(cell, outcome) {
      const path = pathOf(cell);
      const earlier = await readCellFolder(path, cell);
      const files = cellFiles(cell, outcome, network, provenance, earlier);
      await writing(path, () => replaceFolder(path, files, write));
      await rm(checkpointOf(cell), { force: true });
      return (await whole(cell)).manifest.result;
    },

    trained: async (cell) => trainedOf(await whole(cell), network, pathOf(cell)),

    rows: async (cell) => rowsOf(await whole(cell)),

    async checkpoint(cell) {
      const path = checkpointOf(cell);
      const bytes = await readFile(path).catch(() => null);
      if (bytes === null) return null;
      const saved = readCheckpoint(bytes, cell.hash, path);
      if (saved === null) note(`The checkpoint of ${cellTitle(cell)} is damaged; the cell starts from its beginning.`);
      return saved;
    },

    async putCheckpoint(cell, saved) {
      const path = checkpointOf(cell);
      await writing(path, async () => {
        await makeFolder(dirname(path));
        await replaceFile(path, writeCheckpoint(saved, cell.hash), write);
      });
    },
  };
}

/** Deletes what a killed process left half-written among a run's cells. */
export async function sweepCells(run: string): Promise<void> {
  const cells = cellsFolder(run);
  const trials = await readdir(cells, { withFileTypes: true }).catch(() => []);
  for (const entry of trials) if (entry.isDirectory()) await removeTemporaries(join(cells, entry.name));
}
