import { accuracyText } from '../../report/accuracy-text.js';
import { namedSeries } from '../../report/figures/named-series.js';
import { densityPercent } from '../../report/format.js';
import { spreadOf } from '../../report/statistics.js';
import { type FrozenValues, frozenValues } from '../../supermask/supermask-experiment.js';
import { bestPoint, type SupermaskTrial } from '../../supermask/supermask-result.js';
import { drawn } from '../drawn.js';
import { pointsText } from '../measured.js';
import type { Available, Reproduction } from '../reproduction.js';
import { compareAccuracies, isLevel, isMore, type Trials, type Verdict } from '../verdict.js';
import { heuristic, heuristicRun, learned, learnedRun, supermaskScale } from './recipe.js';

/** A row of the paper's table. */
interface Row {
  readonly label: string;
  /** The paper's test accuracy on MNIST, where it is known. */
  readonly paper?: number;
  readonly accuracies: Trials;
  readonly densities: Trials;
}

const valueNames: Readonly<Record<FrozenValues, string>> = {
  'signed-constant': 'signed constants',
  initial: 'initial values',
};

/** Zhou et al. 2019, the table of supermasks: accuracy without training any weight. */
export const dltSupermask: Reproduction = {
  name: 'dlt-supermask',
  title: 'Supermasks: networks that work although no weight is trained',
  source: 'Zhou et al. 2019, §5, supermask table (MNIST)',
  shows:
    'test accuracy of heuristic and learned masks over initial values and signed constants, with and without rescaling',
  differs:
    'Learned accuracies are means over ten drawn masks, as in the paper. Untruncated Gaussian Glorot. Which density heuristic masks take is decided on validation data.',
  inWords: supermaskScale,
  needs: (scale) => [
    ...frozenValues.map((values) => heuristic(scale, values)),
    ...frozenValues.flatMap((values) => [learned(scale, values, false), learned(scale, values, true)]),
  ],
  async conclude(available) {
    const rows = await rowsOf(available);
    const sweeps = await Promise.all(
      frozenValues.map(async (values) => ({
        label: valueNames[values],
        points: sweepPoints(await available.supermasks(heuristicRun(values))),
      })),
    );
    const panels = [{ title: 'Heuristic masks, one pruning power', series: sweeps }];
    return {
      figures: drawn(
        'supermasks',
        'Test accuracy of heuristic masks over weights that are not trained, against density.',
        (layout) =>
          namedSeries(
            {
              name: 'supermasks',
              title: 'Test accuracy of heuristic supermasks',
              measure: 'Test accuracy (%)',
              panels,
            },
            layout,
          ),
      ),
      tables: [
        {
          caption:
            'Test accuracy without training a weight: means over trials with their range. The paper’s values where they are at hand.',
          header: ['Supermask', 'Density', 'Test accuracy', 'The paper'],
          rows: rows.map(({ label, paper, accuracies, densities }) => [
            label,
            densities.length === 0 ? '–' : densityPercent(spreadOf(densities)!.mean),
            accuracyText(accuracies),
            paper === undefined ? '' : `${(100 * paper).toFixed(1)} %`,
          ]),
        },
      ],
      verdicts: verdictsOf(rows),
    };
  },
};

async function rowsOf({ supermasks }: Available): Promise<readonly Row[]> {
  const heuristics = frozenValues.map(async (values): Promise<readonly Row[]> => {
    const trials = await supermasks(heuristicRun(values));
    const points = trials.flatMap(({ sweep }) => bestPoint(sweep) ?? []);
    const paper = values === 'signed-constant' ? { paper: 0.863 } : {};
    return [
      {
        label: `heuristic, one power, ${valueNames[values]}`,
        ...paper,
        accuracies: points.map(({ testAccuracy }) => testAccuracy),
        densities: points.map(({ density }) => density),
      },
      {
        label: `heuristic, layers swept, ${valueNames[values]}`,
        accuracies: trials.map(({ testAccuracy }) => testAccuracy),
        densities: trials.map(({ density }) => density),
      },
    ];
  });
  const learnt = frozenValues.flatMap((values) =>
    [false, true].map(async (rescale): Promise<readonly Row[]> => {
      const trials = await supermasks(learnedRun(values, rescale));
      const paper =
        values === 'initial' && !rescale ? 0.953 : values === 'signed-constant' && rescale ? 0.98 : undefined;
      return [
        {
          label: `learned, ${valueNames[values]}${rescale ? ', rescaled' : ''}`,
          ...(paper !== undefined && { paper }),
          accuracies: trials.map(({ testAccuracy }) => testAccuracy),
          densities: trials.map(({ density }) => density),
        },
      ];
    }),
  );
  return (await Promise.all([...heuristics, ...learnt])).flat();
}

function sweepPoints(trials: readonly SupermaskTrial[]) {
  const [first] = trials;
  if (first === undefined) return [];
  return first.sweep.map(({ density }, i) => ({
    density,
    spread: spreadOf(trials.map(({ sweep }) => sweep[i].testAccuracy)),
  }));
}

function verdictsOf(rows: readonly Row[]): readonly Verdict[] {
  const of = (label: string) => rows.find((row) => row.label === label)!.accuracies;
  const more = (one: string, other: string, claim: string): Verdict => {
    const comparison = compareAccuracies(of(one), of(other));
    const numbers =
      comparison === null
        ? 'not measured'
        : `${accuracyText(of(one))} against ${accuracyText(of(other))}: ${pointsText(comparison)}`;
    return { claim, source: 'Zhou et al. 2019, §5', outcome: isMore(comparison), numbers };
  };
  return [
    ...rows.flatMap(({ label, paper, accuracies }): readonly Verdict[] => {
      if (paper === undefined) return [];
      const comparison = compareAccuracies(accuracies, [paper]);
      return [
        {
          claim: `The mask “${label}” reaches the paper’s accuracy`,
          source: `${(100 * paper).toFixed(1)} %, Zhou et al. 2019, §5`,
          outcome: isLevel(comparison),
          numbers: comparison === null ? 'not measured' : `${accuracyText(accuracies)}: ${pointsText(comparison)}`,
        },
      ];
    }),
    more(
      'heuristic, one power, signed constants',
      'heuristic, one power, initial values',
      'Heuristic masks do better over signed constants than over initial values',
    ),
    more(
      'learned, signed constants',
      'heuristic, one power, signed constants',
      'Learned masks do better than heuristic ones',
    ),
    more(
      'learned, signed constants, rescaled',
      'learned, signed constants',
      'Dynamic weight rescaling helps learned masks',
    ),
  ];
}
