import { accuracyText } from '../../report/accuracy-text.js';
import { type NamedPanel, namedSeries } from '../../report/figures/named-series.js';
import { capitalised, count, densityPercent } from '../../report/format.js';
import { groupCells, spreadOf } from '../../report/statistics.js';
import type { StoredCell } from '../../store/read-run.js';
import { drawn } from '../drawn.js';
import { cellsAt } from '../measured.js';
import type { Reproduction, Scale, TextTable } from '../reproduction.js';
import { type DeepCells, deepPaperValues, deepVerdicts, finalAccuracies } from './claims.js';
import {
  type DeepNetwork,
  type DeepRecipe,
  deepLooks,
  deepRecipes,
  deepRun,
  deepScale,
  deepSearches,
  hasPapersRounds,
  rateName,
} from './recipe.js';

type Cells = DeepCells & Readonly<Record<DeepRecipe, readonly StoredCell[]>>;

/** Figure 7 or 8 of Frankle & Carbin 2019: a deeper network, pruned globally, at three learning rates. */
function deepReproduction(network: DeepNetwork, name: string, source: string): Reproduction {
  const title = network === 'vgg-19' ? 'VGG-19' : 'ResNet-20';
  return {
    name,
    title: `Winning tickets of ${title} on CIFAR-10, at three learning rates`,
    source: `Frankle & Carbin 2019, ${source}`,
    shows: `accuracy of tickets of ${title} and of their masks re-initialised by density: rates high, low and warmed up`,
    differs:
      'Accuracies while training are those on validation images, where the paper’s figure has test images. One draw of each re-initialisation a trial.',
    alone: true,
    inWords: (scale) => deepScale(network, scale),
    needs: (scale) => deepSearches(network, scale),
    async conclude({ scale, run }) {
      const found = await Promise.all(
        deepRecipes.map(async (recipe) => [recipe, (await run(deepRun(network, recipe)))?.cells ?? []] as const),
      );
      const cells = Object.fromEntries(found) as Cells;
      const caption = `${title}: validation accuracy while training and at its end, against density.`;
      const panels = deepLooks(network, scale).map((iteration) => panelAt(network, cells, iteration));
      return {
        figures: drawn(`${network}-accuracy-by-density`, caption, (layout) =>
          namedSeries(
            { name: `${network}-accuracy-by-density`, title: caption, measure: 'Validation accuracy (%)', panels },
            layout,
          ),
        ),
        tables: deepRecipes
          .filter((recipe) => cells[recipe].length > 0)
          .map((of) => tableOf(network, of, cells, scale)),
        verdicts: deepVerdicts(network, cells),
      };
    },
  };
}

/** Every search at one iteration, with its re-initialised masks. */
function panelAt(network: DeepNetwork, cells: Cells, iteration: number): NamedPanel {
  const pointsOf = (of: readonly StoredCell[], kinds: readonly string[]) =>
    groupCells(of)
      .filter(({ kind }) => kinds.includes(kind))
      .map((group) => ({
        density: group.density,
        spread: spreadOf(group.cells.map(({ rows }) => validationAt(rows, iteration))),
      }));
  return {
    title: `At iteration ${count(iteration)}`,
    series: [
      ...deepRecipes.map((of) => ({ label: rateName(network, of), points: pointsOf(cells[of], ['dense', 'ticket']) })),
      ...deepRecipes.map((of) => ({
        label: `${rateName(network, of)}, re-initialised`,
        points: pointsOf(cells[of], ['reinit']),
      })),
    ],
  };
}

/** At the last evaluation up to an iteration. */
const validationAt = (rows: StoredCell['rows'], iteration: number): number | null =>
  rows.filter((row) => row.iteration <= iteration).at(-1)?.validationAccuracy ?? null;

function tableOf(network: DeepNetwork, recipe: DeepRecipe, cells: Cells, scale: Scale): TextTable {
  const of = cells[recipe];
  const levels = [...new Set(of.map(({ level }) => level))].sort((a, b) => a - b);
  const said = hasPapersRounds(scale) ? deepPaperValues[network][recipe] : [];
  return {
    caption: `${capitalised(rateName(network, recipe))}: test accuracy where training ends, means over trials with their range.`,
    header: ['Level', 'Density', 'Test accuracy', 're-initialised', 'The paper'],
    rows: levels.map((level) => {
      const whole = cellsAt(of, level === 0 ? 'dense' : 'ticket', level);
      const paper = said.find((value) => value.level === level);
      return [
        `${level}`,
        densityPercent((whole[0] ?? of.find((cell) => cell.level === level))!.density),
        accuracyText(finalAccuracies(whole)),
        accuracyText(finalAccuracies(cellsAt(of, 'reinit', level))),
        paper === undefined ? '' : `${paper.says} (${paper.source})`,
      ];
    }),
  };
}

export const lth7 = deepReproduction('vgg-19', 'lth-7', 'Figure 7');
export const lth8 = deepReproduction('resnet-20', 'lth-8', 'Figure 8');
