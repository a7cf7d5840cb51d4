import { capitalised } from '../../report/format.js';
import { densityFigures, levelsTable } from '../lenet-tickets/tickets.js';
import type { Reproduction } from '../reproduction.js';
import { convolutionPaperValues, convolutionVerdicts } from './claims.js';
import { convolutionNetworks, convolutionRun, hasPapersLevels, networksAt } from './recipe.js';
import { convolutionScale } from './scale-words.js';

/** Frankle & Carbin 2019, Figure 5: winning tickets of convolutional networks. */
export const lth5: Reproduction = {
  name: 'lth-5',
  title: 'Winning tickets of convolutions: Conv-2, Conv-4 and Conv-6 on CIFAR-10',
  source: 'Frankle & Carbin 2019, Figure 5',
  shows: 'early stop and accuracy of tickets of three convolutional networks, and re-initialised, by density',
  differs:
    'One draw of each re-initialisation a trial, where the paper draws three. Early stop is found afterwards, as there.',
  networks: convolutionNetworks,
  inWords: convolutionScale,
  needs: (scale) => networksAt(scale).map((network) => convolutionRun(network, scale)),
  async conclude({ scale, run }) {
    const parts = await Promise.all(
      networksAt(scale).map(async (network) => ({ network, cells: (await run(network))?.cells ?? [] })),
    );
    const there = parts.filter(({ cells }) => cells.length > 0);
    return {
      figures: there.flatMap(({ network, cells }) => densityFigures(cells, network)),
      tables: there.map(({ network, cells }) =>
        levelsTable(
          cells,
          hasPapersLevels(network, scale),
          convolutionPaperValues(network),
          `${capitalised(network)}. `,
        ),
      ),
      verdicts: parts.flatMap(({ network, cells }) => convolutionVerdicts(network, cells)),
    };
  },
};
