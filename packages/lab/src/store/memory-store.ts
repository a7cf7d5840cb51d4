import type { CellPlan } from '../cells/cell-plan.js';
import { type CellRecord, recordOf } from '../cells/cell-record.js';
import type { CellStore, Outcome } from './store.js';

/** Keeps the cells of one run in memory. There are no checkpoints: what ends the run ends the memory. */
export function memoryStore(): CellStore {
  const finished = new Map<string, Outcome & { readonly record: CellRecord }>();

  function get({ name }: CellPlan) {
    const cell = finished.get(name);
    if (cell === undefined) throw new Error(`cell ${name} is not finished`);
    return cell;
  }

  return {
    find: async ({ name }) => finished.get(name)?.record ?? null,
    put: async (cell, outcome) => {
      const record = recordOf(cell, outcome.result, outcome.earlyBird);
      finished.set(cell.name, { ...outcome, record });
      return record;
    },
    trained: async (cell) => {
      const { masks, kept, result } = get(cell);
      return { masks, ...(kept && { kept }), parameters: result.parameters, snapshots: result.snapshots };
    },
    rows: async (cell) => get(cell).result.rows,
    checkpoint: async () => null,
    putCheckpoint: async () => {},
  };
}
