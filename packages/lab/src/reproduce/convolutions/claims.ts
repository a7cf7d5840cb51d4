import { accuracyText } from '../../report/accuracy-text.js';
import { capitalised, count, densityPercent, plural } from '../../report/format.js';
import type { CellResult } from '../../report/input.js';
import type { PaperValue } from '../../report/markdown.js';
import { spreadOf } from '../../report/statistics.js';
import { accuraciesOf, cellsAt, levelNear, pointsText, stopsOf } from '../measured.js';
import { all, compare, compareAccuracies, isLess, isLevel, isMore, type Verdict } from '../verdict.js';
import type { ConvolutionNetwork } from './recipe.js';

/** What Frankle & Carbin 2019 §3 report of a network: where tickets stop soonest, and where they are most accurate. */
interface Found {
  readonly soonest: { readonly density: number; readonly level: number; readonly times: number };
  readonly best: { readonly density: number; readonly level: number; readonly points: number };
}

const found: Readonly<Record<ConvolutionNetwork, Found>> = {
  'conv-2': {
    soonest: { density: 0.088, level: 11, times: 3.5 },
    best: { density: 0.046, level: 14, points: 3.4 },
  },
  'conv-4': {
    soonest: { density: 0.092, level: 12, times: 3.5 },
    best: { density: 0.111, level: 11, points: 3.5 },
  },
  'conv-6': {
    soonest: { density: 0.151, level: 9, times: 2.5 },
    best: { density: 0.264, level: 6, points: 3.3 },
  },
};

/** What the paper says of single levels. */
export function convolutionPaperValues(network: ConvolutionNetwork): readonly PaperValue[] {
  const { soonest, best } = found[network];
  return [
    { level: soonest.level, says: `stops ${soonest.times} × sooner than the dense network`, source: '§3' },
    { level: best.level, says: `+${best.points} points`, source: '§3' },
  ];
}

/** Evaluations are this many iterations apart, so an early stop is known no better. */
const EVERY = 100;
/** Down to here tickets are more accurate than the dense network (§3). */
const SPARSEST = 0.02;
/** What holds for every level so far says nothing of those below, unless they come down to about there. */
const ABOUT_SPARSEST = 2 * SPARSEST;

/** What the paper claims of a network (§3, Figure 5), with what the cells of a run say. */
export function convolutionVerdicts(network: ConvolutionNetwork, cells: readonly CellResult[]): readonly Verdict[] {
  return [faster(network, cells), better(network, cells), above(network, cells), reinit(network, cells)];
}

const dense = (cells: readonly CellResult[]) => cellsAt(cells, 'dense', 0);
const ticketsNear = (cells: readonly CellResult[], density: number) =>
  cellsAt(cells, 'ticket', levelNear(cells, density));

function faster(network: ConvolutionNetwork, cells: readonly CellResult[]): Verdict {
  const { density, times } = found[network].soonest;
  const [stops, whole] = [stopsOf(ticketsNear(cells, density)), stopsOf(dense(cells))];
  const [ticket, before] = [spreadOf(stops), spreadOf(whole)];
  return {
    claim: `${capitalised(network)}: the ticket at ${densityPercent(density)} stops sooner than the dense network`,
    source: `${times} × sooner, §3`,
    outcome: isLess(compare(stops, whole, EVERY)),
    numbers:
      ticket === null || before === null
        ? 'not measured'
        : `${(before.mean / ticket.mean).toFixed(1)} ×: ${count(ticket.mean)} against ${count(before.mean)} iterations`,
  };
}

function better(network: ConvolutionNetwork, cells: readonly CellResult[]): Verdict {
  const { density, points } = found[network].best;
  const [ticket, whole] = [accuraciesOf(ticketsNear(cells, density)), accuraciesOf(dense(cells))];
  const comparison = compareAccuracies(ticket, whole);
  return {
    claim: `${capitalised(network)}: the ticket at ${densityPercent(density)} is more accurate than the dense network`,
    source: `+${points} points, §3`,
    outcome: isMore(comparison),
    numbers:
      comparison === null
        ? 'not measured'
        : `${accuracyText(ticket)} against ${accuracyText(whole)}: ${pointsText(comparison)}`,
  };
}

function above(network: ConvolutionNetwork, cells: readonly CellResult[]): Verdict {
  const whole = accuraciesOf(dense(cells));
  const pruned = cells.filter(({ kind, density }) => kind === 'ticket' && density > SPARSEST);
  const levels = [...new Set(pruned.map(({ level }) => level))].sort((a, b) => a - b);
  const compared = levels.flatMap((level) => {
    const at = cellsAt(pruned, 'ticket', level);
    const comparison = compareAccuracies(accuraciesOf(at), whole);
    return comparison === null ? [] : [{ density: at[0].density, comparison }];
  });
  const lowest = compared.reduce<(typeof compared)[number] | null>(
    (least, one) => (least === null || one.comparison.difference < least.comparison.difference ? one : least),
    null,
  );
  return {
    claim: `${capitalised(network)}: no ticket with more than ${densityPercent(SPARSEST)} of the weights is less accurate than the dense network`,
    source: 'above it, §3',
    outcome: all([
      ...compared.map(({ comparison }) => isLevel(comparison)),
      ...(compared.some(({ density }) => density <= ABOUT_SPARSEST) ? [] : (['undecided'] as const)),
    ]),
    numbers:
      lowest === null
        ? 'not measured'
        : `${plural(compared.length, 'level')} down to ${densityPercent(compared.at(-1)!.density)}; the least is at ${densityPercent(lowest.density)}: ${pointsText(lowest.comparison)}`,
  };
}

function reinit(network: ConvolutionNetwork, cells: readonly CellResult[]): Verdict {
  const controls = cells.filter(({ kind }) => kind === 'reinit');
  const levels = [...new Set(controls.map(({ level }) => level))].sort((a, b) => a - b);
  const compared = levels.map((level) => {
    const [control, ticket] = [cellsAt(controls, 'reinit', level), cellsAt(cells, 'ticket', level)];
    return {
      density: control[0].density,
      comparison: compareAccuracies(accuraciesOf(control), accuraciesOf(ticket)),
    };
  });
  return {
    claim: `${capitalised(network)}: re-initialised, the same masks are less accurate than the tickets`,
    source: 'Figure 5',
    outcome: all(compared.map(({ comparison }) => isLess(comparison))),
    numbers:
      compared.length === 0
        ? 'not measured'
        : compared.map(({ density, comparison }) => `${densityPercent(density)}: ${pointsText(comparison)}`).join('; '),
  };
}
