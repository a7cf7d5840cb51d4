import type { Reproduction } from '../reproduction.js';
import { lenetVerdicts } from './claims.js';
import { lenetDiffers, lenetScale, ticketsRun } from './recipe.js';
import { densityFigures, levelsTable } from './tickets.js';

/** Frankle & Carbin 2019, Figure 4: iterative and one-shot pruning, and re-initialisation. */
export const lth4: Reproduction = {
  name: 'lth-4',
  title: 'Iterative and one-shot pruning: LeNet-300-100 on MNIST',
  source: 'Frankle & Carbin 2019, Figure 4',
  shows: 'early stop and accuracy of iterative and one-shot tickets, re-initialised and random ones, by density',
  differs: lenetDiffers,
  inWords: lenetScale,
  needs: (scale) => [ticketsRun(scale)],
  async conclude({ scale, run }) {
    const cells = (await run('lenet'))?.cells ?? [];
    return {
      figures: densityFigures(cells),
      tables: [levelsTable(cells, !scale.quick)],
      verdicts: lenetVerdicts(cells, ['dense', 'faster', 'better', 'sparse', 'reinit', 'one-shot']),
    };
  },
};
