import { accuracyPercent, count, densityPercent, learningSpeed, plural, points } from './format.js';
import type { CellResult, RunResult } from './input.js';
import { differenceToDense, isSearched, networkWeights, spreadOf, trialCount } from './statistics.js';

/**
 * The result as a sentence that a person can repeat: the winner's size, how much faster it learns (dense early-stop
 * iteration over its own), its test accuracy at early stop minus the dense network's in percentage points, and the same
 * for its mask with new initial weights. Means over the trials; what was not measured is left out.
 */
export function resultSentence(run: RunResult): string {
  const rounds = run.cells.filter(({ earlyBird }) => earlyBird !== undefined);
  if (rounds.length > 0) return earlyBirdSentence(run, rounds);
  if (run.winner !== null) return winnerSentence(run.winner, run.cells);
  if (run.cells.some((cell) => isSearched(cell.kind))) return loserSentence(run.cells);
  return denseSentence(run.cells);
}

function winnerSentence(winner: CellResult, cells: readonly CellResult[]): string {
  const atLevel = (kind: string) => cells.filter((cell) => cell.kind === kind && cell.level === winner.level);
  const tickets = atLevel(winner.kind);
  const trials = new Set(tickets.map((cell) => cell.trial));
  const dense = cells.filter((cell) => cell.kind === 'dense' && trials.has(cell.trial));

  const share = `${densityPercent(winner.density)} of the weights`;
  const parts = [`${share} (${count(winner.weights)} of ${count(networkWeights(cells))})`];
  const before = spreadOf(dense.map((cell) => cell.earlyStop.iteration));
  const after = spreadOf(tickets.map((cell) => cell.earlyStop.iteration));
  if (before !== null && after !== null) parts.push(learningSpeed(before.mean, after.mean));
  const gain = differenceToDense(tickets, cells);
  if (gain !== null) parts.push(`${points(gain)} points`);
  const control = differenceToDense(atLevel('reinit'), cells);
  const reinit = control === null ? '' : `; the same mask re-initialised: ${points(control)}`;
  const means = trials.size > 1 ? ` (means of ${plural(trials.size, 'trial')})` : '';
  return `Winning ticket: ${parts.join(', ')}${reinit}${means}.`;
}

/** Under early-bird: the ticket, which is compared with nothing, and where the rounds before it stopped. */
function earlyBirdSentence({ winner, cells }: RunResult, rounds: readonly CellResult[]): string {
  const ends = rounds.map(({ level, trial, earlyBird }) => {
    const where = trialCount(cells) > 1 ? `level ${level} of trial ${trial}` : `level ${level}`;
    if (earlyBird === undefined || earlyBird.distance === null) return `${where} never`;
    return `${where} after ${count(earlyBird.iteration)} iterations (distance ${earlyBird.distance.toFixed(4)})`;
  });
  const settled = `Masks settled: ${ends.join(', ')}.`;
  if (winner === null) return `No early-bird ticket yet. ${settled}`;
  const tickets = cells.filter(({ kind, level }) => kind === winner.kind && level === winner.level);
  const accuracy = spreadOf(tickets.map(({ earlyStop }) => earlyStop.testAccuracy));
  const measured = accuracy === null ? '' : `, ${accuracyPercent(accuracy.mean)} test accuracy at early stop`;
  const share = `${densityPercent(winner.density)} of the weights (${count(winner.weights)} of ${count(networkWeights(cells))})`;
  return `Early-bird ticket: ${share}${measured}. ${settled}`;
}

function loserSentence(cells: readonly CellResult[]): string {
  const where = trialCount(cells) > 1 ? ' in most trials' : '';
  return `No winning ticket: no pruned network was as accurate on validation data as the dense one and learned as fast${where}.`;
}

function denseSentence(cells: readonly CellResult[]): string {
  if (cells.length === 0) return 'Nothing is finished yet.';
  const accuracy = spreadOf(cells.map((cell) => cell.earlyStop.testAccuracy));
  const iteration = spreadOf(cells.map((cell) => cell.earlyStop.iteration));
  const measured = accuracy === null ? '' : `${accuracyPercent(accuracy.mean)} test accuracy `;
  return `The dense network: ${measured}at its early stop, iteration ${count(iteration?.mean ?? 0)}; nothing was pruned yet.`;
}
