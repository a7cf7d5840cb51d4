import { accuracyByIteration } from '../../report/figures/accuracy-by-iteration.js';
import { curvePanels } from '../../report/figures/curves.js';
import { drawn } from '../drawn.js';
import type { Reproduction } from '../reproduction.js';
import { lenetVerdicts } from './claims.js';
import { lenetDiffers, lenetScale, ticketsRun } from './recipe.js';
import { levelsTable, ofKinds } from './tickets.js';

/** Frankle & Carbin 2019, Figure 3: how accuracy rises in training. */
export const lth3: Reproduction = {
  name: 'lth-3',
  title: 'Test accuracy while training: LeNet-300-100 on MNIST',
  source: 'Frankle & Carbin 2019, Figure 3',
  shows: 'accuracy over iterations of tickets at several densities, and of their masks re-initialised',
  differs: lenetDiffers,
  inWords: lenetScale,
  needs: (scale) => [ticketsRun(scale)],
  async conclude({ scale, run }) {
    const all = (await run('lenet'))?.cells ?? [];
    const cells = ofKinds(all, ['ticket', 'reinit']);
    const panels = curvePanels({ cells, winner: null });
    return {
      figures: drawn(
        'accuracy-by-iteration',
        'Test accuracy while training, by the share of weights that remain.',
        (layout) => accuracyByIteration(panels, layout),
      ),
      tables: [levelsTable(cells, !scale.quick)],
      verdicts: lenetVerdicts(all, ['faster', 'reinit-at-21']),
    };
  },
};
