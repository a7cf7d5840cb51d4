import { criterionNames, type LayerPlane } from '@winnow/tickets';
import { criterionPlane } from '../../report/figures/criterion-plane.js';
import { densityPercent } from '../../report/format.js';
import { layerPlanes, planeOf } from '../../run/planes.js';
import { drawn } from '../drawn.js';
import { lenetScale } from '../lenet-tickets/recipe.js';
import type { Reproduction, TextTable } from '../reproduction.js';
import { deconstructingDiffers, denseRun } from './recipe.js';

/** One-shot pruning as deep as seven rounds of 20 %: 21 % of the weights. */
const LEVEL = 7;
/** Pruned by the paper's own rates whatever the scale, since nothing is trained after it. */
const pruning = { rate: 0.2, outputRate: 0.1, scope: 'layer', keepLayersAlive: false } as const;

/** Zhou et al. 2019, Figure 1: weights by first and last value, with what each criterion keeps. */
export const dltScatter: Reproduction = {
  name: 'dlt-scatter',
  title: 'What each criterion keeps, by first and last value',
  source: 'Zhou et al. 2019, Figure 1',
  shows: 'weights of the first layer in the plane of first and last values, with the region of every criterion',
  differs: deconstructingDiffers,
  inWords: (scale) => lenetScale({ ...scale, trials: 1 }),
  needs: (scale) => [denseRun(scale)],
  async conclude({ run }) {
    const dense = await run('dense');
    if (dense === null) return { figures: [], tables: [], verdicts: [] };
    const first = await Promise.all(
      criterionNames.map(async (criterion) => {
        const [plane] = await layerPlanes(dense, { ...pruning, criterion }, LEVEL);
        return plane === undefined ? [] : [{ criterion, plane }];
      }),
    );
    const planes = first.flat();
    const kept = densityPercent(planes[0] === undefined ? 0 : planeOf(planes[0].plane, '').density);
    return {
      figures: drawn(
        'criterion-planes',
        `Weights of the first layer of a trained dense network, before and after training. Coloured ones are kept at ${kept} by the criterion; the shade is its region.`,
        (layout) =>
          criterionPlane(
            planes.map(({ criterion, plane }) => planeOf(plane, criterion)),
            layout,
            'criterion-planes',
          ),
      ),
      tables: planes.length === 0 ? [] : [movementTable(planes)],
      verdicts: [],
    };
  },
};

/** What the kept weights have in common, in numbers. */
function movementTable(planes: readonly { readonly criterion: string; readonly plane: LayerPlane }[]): TextTable {
  return {
    caption: 'Of the first layer’s weights that each criterion keeps: how many grew, and how many changed their sign.',
    header: ['Criterion', 'Kept', 'Grew in magnitude', 'Changed sign'],
    rows: planes.map(({ criterion, plane: { initial, final, kept } }) => {
      const share = (has: (i: number) => boolean) => {
        let [those, all] = [0, 0];
        for (const [i, isKept] of kept.entries()) {
          if (isKept === 0) continue;
          all++;
          if (has(i)) those++;
        }
        return densityPercent(those / all);
      };
      return [
        criterion,
        densityPercent(kept.reduce((sum, is) => sum + is, 0) / kept.length),
        share((i) => Math.abs(final[i]) > Math.abs(initial[i])),
        share((i) => Math.sign(final[i]) !== Math.sign(initial[i])),
      ];
    }),
  };
}
