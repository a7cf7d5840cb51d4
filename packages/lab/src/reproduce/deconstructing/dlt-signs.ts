import { type Mask1Action, mask1Actions } from '@winnow/tickets';
import { accuracyText } from '../../report/accuracy-text.js';
import { lenetScale } from '../lenet-tickets/recipe.js';
import { pointsText } from '../measured.js';
import type { Reproduction } from '../reproduction.js';
import { compareAccuracies, isLess, isLevel, type Verdict } from '../verdict.js';
import { type Compared, comparedFigure, comparedRuns, comparedTable } from './compared.js';
import { deconstructingDiffers, mask1Run, mask1Runs } from './recipe.js';

const drawnAnew = ['reinit', 'reshuffle', 'constant'] as const;
const panels = [
  { title: 'With the original sign', labels: ['rewind', ...drawnAnew.map((action) => `${action}-same-sign`)] },
  { title: 'With any sign', labels: ['rewind', ...drawnAnew] },
];

/** Zhou et al. 2019, mask-1 actions: what kept weights start from, and that their signs matter. */
export const dltSigns: Reproduction = {
  name: 'dlt-signs',
  title: 'Mask-1 actions: kept weights need their signs',
  source: 'Zhou et al. 2019, §4, mask-1 actions (fully connected network)',
  shows:
    'accuracy of tickets that are rewound, drawn anew, reshuffled or set to constants, with and without their signs',
  differs: `${deconstructingDiffers} reinit draws from the layer’s distribution, where the authors’ code shuffles the layer.`,
  inWords: lenetScale,
  needs: (scale) => mask1Runs(scale, mask1Actions),
  async conclude(available) {
    const compared = await comparedRuns(
      available,
      mask1Actions.map((label) => ({ label, run: mask1Run(label) })),
    );
    return {
      figures: comparedFigure(
        'mask-1',
        'Test accuracy of tickets by what kept weights start from, against density.',
        compared,
        panels,
      ),
      tables: [comparedTable('', compared, 'Mask-1 action', paperSays)],
      verdicts: drawnAnew.flatMap((action) => [withoutSign(compared, action), withSign(compared, action)]),
    };
  },
};

function paperSays(action: string): string {
  if (action === 'rewind') return 'what others are compared with';
  return action.endsWith('-same-sign') ? 'matches rewinding' : 'fails';
}

function against(compared: readonly Compared[], action: Mask1Action) {
  const band = (name: Mask1Action) => compared.find(({ label }) => label === name)!.band;
  const comparison = compareAccuracies(band(action), band('rewind'));
  const numbers =
    comparison === null
      ? 'not measured'
      : `${accuracyText(band(action))} against ${accuracyText(band('rewind'))} from 52 to 2 %: ${pointsText(comparison)}`;
  return { comparison, numbers };
}

function withoutSign(compared: readonly Compared[], action: (typeof drawnAnew)[number]): Verdict {
  const { comparison, numbers } = against(compared, action);
  const claim = `${action} without the original sign is worse than rewinding`;
  return { claim, source: 'Zhou et al. 2019, §4', outcome: isLess(comparison), numbers };
}

function withSign(compared: readonly Compared[], action: (typeof drawnAnew)[number]): Verdict {
  const { comparison, numbers } = against(compared, `${action}-same-sign`);
  const claim = `${action} with the original sign matches rewinding`;
  return { claim, source: 'Zhou et al. 2019, §4', outcome: isLevel(comparison), numbers };
}
