import { type Mask0Action, mask0Actions } from '@winnow/tickets';
import { accuracyText } from '../../report/accuracy-text.js';
import { lenetScale } from '../lenet-tickets/recipe.js';
import { pointsText } from '../measured.js';
import type { Reproduction } from '../reproduction.js';
import { compareAccuracies, isMore, type Verdict } from '../verdict.js';
import { type Compared, comparedFigure, comparedRuns, comparedTable } from './compared.js';
import { deconstructingDiffers, mask0Run, mask0Runs } from './recipe.js';

const said: Readonly<Record<Mask0Action, string>> = {
  zero: 'better than frozen',
  frozen: 'worse than zero',
  'variant-1': '–',
  'variant-2': 'better than variant 1',
};

/** Zhou et al. 2019, mask-0 actions: what becomes of pruned weights. */
export const dltMask0: Reproduction = {
  name: 'dlt-mask-0',
  title: 'Mask-0 actions: what becomes of pruned weights',
  source: 'Zhou et al. 2019, §5, mask-0 actions (fully connected network)',
  shows: 'accuracy of tickets whose pruned weights are zero, frozen, or frozen by movement, by density',
  differs: deconstructingDiffers,
  inWords: lenetScale,
  needs: (scale) => mask0Runs(scale, mask0Actions),
  async conclude(available) {
    const compared = await comparedRuns(
      available,
      mask0Actions.map((label) => ({ label, run: mask0Run(label) })),
    );
    const panels = [{ title: 'Pruned weights are', labels: mask0Actions }];
    return {
      figures: comparedFigure(
        'mask-0',
        'Test accuracy of tickets by what becomes of pruned weights, against density.',
        compared,
        panels,
      ),
      tables: [comparedTable('', compared, 'Mask-0 action', (label) => said[label as Mask0Action])],
      verdicts: [
        better(compared, 'zero', 'frozen', 'Pruned weights had better be zero than frozen at their first values'),
        better(
          compared,
          'variant-2',
          'variant-1',
          'Variant 2 (also start kept weights that moved toward zero from zero) is better than variant 1',
        ),
      ],
    };
  },
};

function better(compared: readonly Compared[], one: Mask0Action, other: Mask0Action, claim: string): Verdict {
  const band = (name: Mask0Action) => compared.find(({ label }) => label === name)!.band;
  const comparison = compareAccuracies(band(one), band(other));
  const numbers =
    comparison === null
      ? 'not measured'
      : `${accuracyText(band(one))} against ${accuracyText(band(other))} from 52 to 2 %: ${pointsText(comparison)}`;
  return { claim, source: 'Zhou et al. 2019, §5', outcome: isMore(comparison), numbers };
}
