import type { Reproduction } from '../reproduction.js';
import { lenetVerdicts } from './claims.js';
import { lenetDiffers, lenetScale, ticketsRun } from './recipe.js';
import { densityFigures, levelsTable, ofKinds } from './tickets.js';

/** Frankle & Carbin 2019, Figure 1 (its lines of LeNet): winning tickets and random sparse networks. */
export const lth1: Reproduction = {
  name: 'lth-1',
  title: 'Winning tickets against random sparse networks: LeNet-300-100 on MNIST',
  source: 'Frankle & Carbin 2019, Figure 1 (LeNet)',
  shows: 'early stop and accuracy of tickets and of random sparse networks, by density',
  differs: lenetDiffers,
  inWords: lenetScale,
  needs: (scale) => [ticketsRun(scale)],
  async conclude({ scale, run }) {
    const all = (await run('lenet'))?.cells ?? [];
    const cells = ofKinds(all, ['ticket', 'random']);
    return {
      figures: densityFigures(cells),
      tables: [levelsTable(cells, !scale.quick)],
      verdicts: lenetVerdicts(all, ['dense', 'random']),
    };
  },
};
