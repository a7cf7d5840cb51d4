import { accuracyText } from '../../report/accuracy-text.js';
import { accuracyPercent, count, densityPercent } from '../../report/format.js';
import type { CellResult } from '../../report/input.js';
import type { PaperValue } from '../../report/markdown.js';
import { spreadOf } from '../../report/statistics.js';
import { accuraciesOf, cellsAt, levelNear, pointsText, stopsOf } from '../measured.js';
import { all, compare, compareAccuracies, isLess, isLevel, isMore, type Trials, type Verdict } from '../verdict.js';

/** What Frankle & Carbin 2019 (arXiv 1803.03635v5) find at a level of LeNet-300-100 on MNIST. */
export const lenetPaperValues: readonly PaperValue[] = [
  { level: 0, says: 'early stop at about 98 %', source: 'Figure 4; 98.0 ± 0.2 %' },
  { level: 3, says: 'learns faster than dense', source: 'Figure 3' },
  { level: 7, says: 'early stop 38 % sooner; 2.51 × faster than reinit and 0.5 points better', source: '§2' },
  { level: 9, says: '+0.3 points', source: '§2' },
  { level: 15, says: 'level with the dense network', source: '§2' },
  { level: 16, says: 'the last level at which tickets reach dense accuracy', source: '§2' },
];

/** The paper's accuracy of the dense network, and how far its trials lie. */
const DENSE = { accuracy: 0.98, within: 0.002 } as const;
/** Evaluations are this many iterations apart, so an early stop is known no better. */
const EVERY = 100;

/** All claims about LeNet that a run can speak to, by name. */
export type LenetClaim = 'dense' | 'faster' | 'better' | 'sparse' | 'reinit' | 'reinit-at-21' | 'random' | 'one-shot';

/** What the paper claims, with what the cells of a run say. */
export function lenetVerdicts(cells: readonly CellResult[], asked: readonly LenetClaim[]): readonly Verdict[] {
  return asked.map((claim) => verdictOn[claim](cells));
}

const verdictOn: Readonly<Record<LenetClaim, (cells: readonly CellResult[]) => Verdict>> = {
  dense(cells) {
    const reached = accuraciesOf(dense(cells));
    const off = compareAccuracies(reached, [DENSE.accuracy]);
    return {
      claim: 'The dense network reaches about 98 % at early stop',
      source: '98.0 ± 0.2 %',
      outcome:
        off === null ? 'undecided' : Math.abs(off.difference) <= DENSE.within + off.margin ? 'holds' : 'does not hold',
      numbers:
        reached.length === 0
          ? 'not measured'
          : `${accuracyText(reached)}; trials ${reached.map(accuracyPercent).join(', ')}`,
    };
  },
  faster: (cells) =>
    againstDense(
      cells,
      0.211,
      'The ticket at 21 % stops earlier than the dense network and is more accurate',
      '38 % sooner, §2',
    ),
  better: (cells) =>
    againstDense(cells, 0.135, 'The ticket at 13.5 % stops earlier and is more accurate', '+0.3 points, §2'),
  sparse(cells) {
    const [ticket, whole] = [at(cells, 'ticket', 0.036), dense(cells)];
    return {
      claim: 'The ticket at 3.6 % is still level with the dense network in accuracy',
      source: '§2',
      outcome: isLevel(compareAccuracies(accuraciesOf(ticket), accuraciesOf(whole))),
      numbers: between(ticket, whole),
    };
  },
  reinit(cells) {
    const whole = accuraciesOf(dense(cells));
    const found = [0.211, 0.036].map((density) => {
      const control = at(cells, 'reinit', density);
      const comparison = compareAccuracies(accuraciesOf(control), whole);
      return { control, comparison };
    });
    return {
      claim: 'Re-initialised, the same masks are worse than the dense network from about 21 % on',
      source: '§2',
      outcome: all(found.map(({ comparison }) => isLess(comparison))),
      numbers: found.map(({ control, comparison }) => `${densityOf(control)}: ${pointsText(comparison)}`).join('; '),
    };
  },
  'reinit-at-21'(cells) {
    const [ticket, control] = [at(cells, 'ticket', 0.211), at(cells, 'reinit', 0.211)];
    const accuracy = compareAccuracies(accuraciesOf(ticket), accuraciesOf(control));
    const [stop, other] = [spreadOf(stopsOf(ticket)), spreadOf(stopsOf(control))];
    return {
      claim: 'At 21 % the ticket learns faster than the same mask re-initialised and ends more accurate',
      source: '2.51 × and 0.5 points, §2',
      outcome: all([isLess(compare(stopsOf(ticket), stopsOf(control), EVERY)), isMore(accuracy)]),
      numbers:
        stop === null || other === null
          ? 'not measured'
          : `${densityOf(ticket)}: ${(other.mean / stop.mean).toFixed(2)} ×, ${pointsText(accuracy)}`,
    };
  },
  random(cells) {
    const [ticket, control] = [at(cells, 'ticket', 0.107), at(cells, 'random', 0.107)];
    const [of, to] = [accuraciesOf(ticket), accuraciesOf(control)];
    return {
      claim: 'Random sparse networks are worse than tickets',
      source: '97.5 ± 0.3 against 98.3 ± 0.1 % at 10.7 %',
      outcome: isLess(compareAccuracies(to, of)),
      numbers:
        of.length === 0 ? 'not measured' : `${densityOf(ticket)}: ${accuracyText(to)} against ${accuracyText(of)}`,
    };
  },
  'one-shot'(cells) {
    const whole = dense(cells);
    const found = [0.513, 0.211].map((density) => {
      const pruned = at(cells, 'one-shot', density);
      const outcome = all([
        isLess(compare(stopsOf(pruned), stopsOf(whole), EVERY)),
        isMore(compareAccuracies(accuraciesOf(pruned), accuraciesOf(whole))),
      ]);
      return { outcome, numbers: between(pruned, whole) };
    });
    return {
      claim: 'One-shot tickets at 51 and 21 % stop earlier than the dense network and are more accurate',
      source: 'earlier for 67.5 ≥ P_m ≥ 17.6 %, more accurate for 95 ≥ P_m ≥ 5.2 %, §2',
      outcome: all(found.map(({ outcome }) => outcome)),
      numbers: found.map(({ numbers }) => numbers).join('; '),
    };
  },
};

const dense = (cells: readonly CellResult[]) => cellsAt(cells, 'dense', 0);
const at = (cells: readonly CellResult[], kind: CellResult['kind'], density: number) =>
  cellsAt(cells, kind, levelNear(cells, density));
const densityOf = ([cell]: readonly CellResult[]) => (cell === undefined ? 'not there' : densityPercent(cell.density));
const meanOf = (trials: Trials) => spreadOf(trials)!.mean;

function againstDense(cells: readonly CellResult[], density: number, claim: string, source: string): Verdict {
  const [ticket, whole] = [at(cells, 'ticket', density), dense(cells)];
  const outcome = all([
    isLess(compare(stopsOf(ticket), stopsOf(whole), EVERY)),
    isMore(compareAccuracies(accuraciesOf(ticket), accuraciesOf(whole))),
  ]);
  return { claim, source, outcome, numbers: between(ticket, whole) };
}

/** "21.1 %: stops at 3,250 against 4,350 (25 % sooner), +0.29 points, where 0.14 may be chance". */
function between(pruned: readonly CellResult[], whole: readonly CellResult[]): string {
  if (pruned.length === 0 || whole.length === 0) return 'not measured';
  const [stop, before] = [meanOf(stopsOf(pruned)), meanOf(stopsOf(whole))];
  const sooner = Math.round(100 * (1 - stop / before));
  const accuracy = compareAccuracies(accuraciesOf(pruned), accuraciesOf(whole));
  return `${densityOf(pruned)}: stops at ${count(stop)} against ${count(before)} (${Math.abs(sooner)} % ${sooner < 0 ? 'later' : 'sooner'}), ${pointsText(accuracy)}`;
}
