import { criterionNames } from '@winnow/tickets';
import { accuracyText } from '../../report/accuracy-text.js';
import { lenetScale } from '../lenet-tickets/recipe.js';
import { pointsText } from '../measured.js';
import type { Reproduction } from '../reproduction.js';
import { all, compareAccuracies, isMore, type Verdict } from '../verdict.js';
import { type Compared, comparedFigure, comparedRuns, comparedTable } from './compared.js';
import { criterionRun, criterionRuns, deconstructingDiffers } from './recipe.js';

/** The two that the paper finds best, and those that it finds next. */
const best = ['large-final', 'magnitude-increase'] as const;
const next = ['large-init-large-final', 'movement'] as const;
/** The criteria that its comparison holds; the others look at signs, and it uses them for supermasks. */
const plain = criterionNames.filter((name) => !name.endsWith('-sign'));

const panels = [
  {
    title: 'By last value',
    labels: ['large-final', 'random', 'small-final', 'large-final-same-sign', 'large-final-diff-sign'],
  },
  {
    title: 'By movement',
    labels: [
      'large-final',
      'random',
      'magnitude-increase',
      'movement',
      'magnitude-increase-same-sign',
      'magnitude-increase-diff-sign',
    ],
  },
  { title: 'By first value', labels: ['large-final', 'random', 'large-init', 'small-init'] },
  { title: 'By both', labels: ['large-final', 'random', 'large-init-large-final', 'small-init-small-final'] },
];

/** Zhou et al. 2019, the comparison of mask criteria on the fully connected network. */
export const dltCriteria: Reproduction = {
  name: 'dlt-criteria',
  title: 'Mask criteria: which weights to keep',
  source: 'Zhou et al. 2019, §2, mask criteria (fully connected network)',
  shows: 'accuracy of tickets by each of the 13 mask criteria, by density',
  differs: deconstructingDiffers,
  inWords: lenetScale,
  needs: criterionRuns,
  async conclude(available) {
    const compared = await comparedRuns(
      available,
      criterionNames.map((label) => ({ label, run: criterionRun(label) })),
    );
    const sorted = [...compared].sort((a, b) => mean(b) - mean(a));
    return {
      figures: comparedFigure(
        'criteria',
        'Test accuracy of tickets by each criterion, against density.',
        compared,
        panels,
      ),
      tables: [comparedTable('Best first.', sorted, 'Criterion', paperSays)],
      verdicts: [...bestVerdicts(compared), ...nextVerdicts(compared)],
    };
  },
};

const mean = ({ band }: Compared): number =>
  band.length === 0 ? -1 : band.reduce((sum, value) => sum + value, 0) / band.length;

function paperSays(name: string): string {
  if (best.some((known) => known === name)) return 'among the two best';
  if (next.some((known) => known === name)) return 'next to the best';
  return plain.includes(name) ? 'below these' : 'not compared';
}

const find = (compared: readonly Compared[], name: string) => compared.find(({ label }) => label === name)!;

function bestVerdicts(compared: readonly Compared[]): readonly Verdict[] {
  const others = plain.filter((name) => !best.some((known) => known === name));
  return best.map((name) =>
    above(compared, name, others, `${name} is better than every other criterion but the other of the two best`),
  );
}

function nextVerdicts(compared: readonly Compared[]): readonly Verdict[] {
  const others = plain.filter((name) => ![...best, ...next].some((known) => known === name));
  return next.map((name) =>
    above(compared, name, others, `${name} comes next: better than the criteria that are not named so far`),
  );
}

/** Against the strongest of the others that are finished; open while one of them is missing. */
function above(compared: readonly Compared[], name: string, others: readonly string[], claim: string): Verdict {
  const own = find(compared, name);
  const rivals = others.map((other) => find(compared, other));
  const measured = rivals.filter(({ band }) => band.length > 0).sort((a, b) => mean(b) - mean(a));
  const comparisons = measured.map(({ band }) => compareAccuracies(own.band, band));
  const missing = rivals.length - measured.length;
  const outcome = all(comparisons.map(isMore));
  const strongest =
    measured.length === 0 || own.band.length === 0
      ? 'not measured'
      : `${accuracyText(own.band)} from 52 to 2 %; the strongest other is ${measured[0].label} with ${accuracyText(measured[0].band)}: ${pointsText(comparisons[0])}`;
  return {
    claim,
    source: 'Zhou et al. 2019, §2',
    outcome: missing > 0 && outcome === 'holds' ? 'undecided' : outcome,
    numbers: missing > 0 ? `${strongest}; ${missing} not finished` : strongest,
  };
}
