import { plural } from '../format.js';
import type { ReportRun } from '../input.js';
import { trialCount } from '../statistics.js';
import { accuracyByDensity } from './accuracy-by-density.js';
import { accuracyByIteration } from './accuracy-by-iteration.js';
import { criterionPlane } from './criterion-plane.js';
import { curvePanels } from './curves.js';
import { earlyStopByDensity } from './early-stop-by-density.js';
import type { Layout } from './figure.js';
import { firstLayerMasks } from './first-layer-masks.js';
import { measureByDensity } from './measures.js';
import { inputCounts } from './pixels.js';

/** A drawn figure of a run. */
export interface ReportFigure {
  /** In file names: lower case and hyphens. */
  readonly name: string;
  readonly caption: string;
  readonly svg: Readonly<Record<Layout, string>>;
}

/** The figures of a run, in the order of the papers; those for which it has no numbers are left out. */
export async function drawFigures(run: ReportRun): Promise<readonly ReportFigure[]> {
  const trials = trialCount(run.cells);
  const over = (range: string) =>
    trials > 1 ? ` Means over ${plural(trials, 'trial')}; ${range} from least to greatest.` : '';
  const panels = curvePanels(run);
  const earlyStop = measureByDensity(run.cells, (cell) => cell.earlyStop.iteration);
  const accuracy = {
    atEarlyStop: measureByDensity(run.cells, (cell) => cell.earlyStop.testAccuracy),
    atEnd: measureByDensity(run.cells, (cell) => cell.final.testAccuracy),
  };
  const { image } = run;
  const planes = await run.planes();
  const counts = image === null ? [] : await inputCounts(run, image);
  const dots = panels.some((panel) => panel.curves.some((curve) => curve.earlyStop !== null))
    ? ' A ring marks early stop.'
    : '';
  return [
    ...figure(
      'accuracy-by-iteration',
      `Test accuracy while training, by the share of weights that remain.${dots}${over('bands')}`,
      (layout) => accuracyByIteration(panels, layout),
    ),
    ...figure(
      'early-stop-by-density',
      `How soon each network learns: the iteration of its least validation loss.${over('bars')}`,
      (layout) => earlyStopByDensity(earlyStop, layout),
    ),
    ...figure(
      'accuracy-by-density',
      `Test accuracy of each network, where it stops early and where training ends.${over('bars')}`,
      (layout) => accuracyByDensity(accuracy, layout),
    ),
    ...figure(
      'first-layer-masks',
      'Which pixels the first layer still looks at: the stronger a pixel, the more of its weights survive, each picture by its own greatest count; empty where none does.',
      (layout) => (image === null ? null : firstLayerMasks(counts, image, layout)),
    ),
    ...figure(
      'criterion-plane',
      'What the criterion keeps: weights of the dense network of the first trial, from their first value to their last. Coloured ones are kept when it is pruned to this density at once; the shade is the part of the plane that is kept.',
      (layout) => criterionPlane(planes, layout),
    ),
  ];
}

function figure(name: string, caption: string, draw: (layout: Layout) => string | null): ReportFigure[] {
  const [wide, narrow] = [draw('wide'), draw('narrow')];
  return wide === null || narrow === null ? [] : [{ name, caption, svg: { wide, narrow } }];
}
