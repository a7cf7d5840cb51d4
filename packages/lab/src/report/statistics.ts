import { beforeTrainingMethods, controlKinds } from '@winnow/tickets';
import type { CellResult, ReportKind } from './input.js';

/** Mean and range over trials and replicates. */
export interface Spread {
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  readonly count: number;
}

/** The spread of the values that were measured; null if none was. */
export function spreadOf(values: readonly (number | null)[]): Spread | null {
  const measured = values.filter((value) => value !== null);
  if (measured.length === 0) return null;
  const sum = measured.reduce((total, value) => total + value, 0);
  return {
    mean: sum / measured.length,
    min: Math.min(...measured),
    max: Math.max(...measured),
    count: measured.length,
  };
}

/** All cells of one kind and level: every trial and replicate. */
export interface Group<Cell extends CellResult = CellResult> {
  readonly kind: ReportKind;
  readonly level: number;
  readonly density: number;
  readonly cells: readonly Cell[];
}

/** Kinds in the order in which figures and tables show them. */
export const kindOrder: readonly ReportKind[] = [
  'dense',
  'ticket',
  'one-shot',
  'continued',
  ...beforeTrainingMethods,
  ...controlKinds,
];

/** The cells by kind, in the order above, then by level. */
export function groupCells<Cell extends CellResult>(cells: readonly Cell[]): readonly Group<Cell>[] {
  return kindOrder.flatMap((kind) => {
    const ofKind = cells.filter((cell) => cell.kind === kind);
    const levels = [...new Set(ofKind.map((cell) => cell.level))].sort((a, b) => a - b);
    return levels.map((level) => {
      const members = ofKind.filter((cell) => cell.level === level);
      return { kind, level, density: members[0].density, cells: members };
    });
  });
}

/** What the search itself trained, in contrast to its controls; the first kind present is the run's own schedule. */
const searched: readonly ReportKind[] = ['ticket', 'one-shot', 'continued', ...beforeTrainingMethods];

/** Whether cells of this kind are found by pruning, so that the dense network is their level 0. */
export function isSearched(kind: ReportKind): boolean {
  return searched.includes(kind);
}

/** The kind of the run's pruned networks, null while there are none. */
export function searchedKind(cells: readonly CellResult[]): ReportKind | null {
  return searched.find((kind) => cells.some((cell) => cell.kind === kind)) ?? null;
}

/** Weights of the network before pruning. */
export function networkWeights(cells: readonly CellResult[]): number {
  const dense = cells.find((cell) => cell.kind === 'dense');
  if (dense !== undefined) return dense.weights;
  return cells.length === 0 ? 0 : Math.round(cells[0].weights / cells[0].density);
}

/** How many trials the cells come from. */
export function trialCount(cells: readonly CellResult[]): number {
  return new Set(cells.map((cell) => cell.trial)).size;
}

/**
 * The mean over the cells' trials of (test accuracy at early stop − that of the same trial's dense network);
 * null if none has both.
 */
export function differenceToDense(cells: readonly CellResult[], all: readonly CellResult[]): number | null {
  const differences = cells.map((cell) => {
    const dense = all.find((other) => other.kind === 'dense' && other.trial === cell.trial);
    const accuracy = cell.earlyStop.testAccuracy;
    // A dense network that was not trained whole is nothing to compare with.
    const before = dense?.earlyBird === undefined ? (dense?.earlyStop.testAccuracy ?? null) : null;
    return accuracy === null || before === null ? null : accuracy - before;
  });
  return spreadOf(differences)?.mean ?? null;
}
