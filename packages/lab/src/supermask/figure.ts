import { dot, frame, line, type Markish, ruleY } from '@observablehq/plot';
import { accuracyAxis, type Domain } from '../report/figures/accuracy-axis.js';
import { drawFigure, type Layout, type Panel } from '../report/figures/figure.js';
import type { LegendEntry } from '../report/figures/legend.js';
import { accuracyPercent, densityNumber, densityPercent } from '../report/format.js';
import { densityInk, kindLooks } from '../report/palette.js';
import type { SupermaskExperiment } from './supermask-experiment.js';
import { bestTrial, type SupermaskTrial } from './supermask-result.js';

/**
 * The figure of a search for supermasks, as SVG: of heuristic masks the accuracy by density (as Zhou et al. 2019, Figure 5), of learned ones the
 * accuracy over the iterations. Null if there are no two points to join.
 */
export function supermaskFigure(
  { kind }: Pick<SupermaskExperiment, 'kind'>,
  trials: readonly SupermaskTrial[],
  layout: Layout,
): string | null {
  const best = bestTrial(trials);
  if (kind === 'heuristic' ? best.sweep.length < 2 : best.rows.length < 2) return null;
  const { title, description, panel } = kind === 'heuristic' ? bySweep(best) : byIteration(trials);
  return drawFigure(
    { name: 'supermask', title, description, panels: [panel], legend: [], panelHeight: { wide: 360, narrow: 300 } },
    layout,
  );
}

interface Drawn {
  readonly title: string;
  readonly description: string;
  readonly panel: Panel;
}

/** A line of the figure, as its legend shows it. */
const looks = {
  dense: { ...kindLooks.dense, symbol: null },
  test: { ...kindLooks.ticket, symbol: null },
  validation: { ...kindLooks.random, symbol: null },
  swept: { ...kindLooks.reinit, dash: null },
} as const;

function bySweep({ trial, sweep, density, testAccuracy, denseTestAccuracy }: SupermaskTrial): Drawn {
  const accuracies = sweep.flatMap((point) => [point.validationAccuracy, point.testAccuracy]);
  const domain = domainOf([...accuracies, testAccuracy, ...(denseTestAccuracy === null ? [] : [denseTestAccuracy])]);
  const densities = [...sweep.map((point) => point.density), density];
  const { ink, symbol } = looks.swept;
  const legend: LegendEntry[] = [
    { ...looks.test, label: '(a) one power, test' },
    { ...looks.validation, label: '(a) one power, validation' },
    { ...looks.swept, label: '(b) layers swept, test' },
    ...(denseTestAccuracy === null ? [] : [{ ...looks.dense, label: 'dense network, trained' }]),
  ];
  const highest = sweep.reduce((a, b) => (b.testAccuracy > a.testAccuracy ? b : a));
  return {
    title: 'Accuracy of heuristic supermasks by density',
    description: `Trial ${trial}. One pruning power for all layers: at most ${accuracyPercent(highest.testAccuracy)}, at ${densityPercent(highest.density)}. Layers swept: ${accuracyPercent(testAccuracy)} at ${densityPercent(density)}.`,
    panel: {
      title: null,
      measure: 'Accuracy (%)',
      legend,
      plot: {
        x: {
          type: 'log',
          domain: [Math.max(...densities), Math.min(...densities)],
          inset: 10,
          label: 'Weights remaining (%)',
          labelArrow: false,
          labelAnchor: 'center',
          ticks: 6,
          tickFormat: densityNumber,
        },
        y: accuracyAxis(domain),
        marks: [
          frame({ strokeOpacity: 0.25 }),
          ...(denseTestAccuracy === null ? [] : [level(denseTestAccuracy)]),
          lineOf(sweep, 'density', 'validationAccuracy', looks.validation),
          lineOf(sweep, 'density', 'testAccuracy', looks.test),
          dot([{ density, testAccuracy }], {
            x: 'density',
            y: 'testAccuracy',
            r: 5,
            symbol,
            fill: ink.light,
            className: `ink-${ink.name}`,
            stroke: ink.light,
          }),
        ],
      },
    },
  };
}

function byIteration(trials: readonly SupermaskTrial[]): Drawn {
  const curves = trials.map(({ trial, rows, density, deterministicTestAccuracy }, i) => ({
    points: rows,
    density,
    look: { ink: densityInk(i + 1, trials.length), dash: 'none', symbol: null },
    label: `trial ${trial}: ${densityPercent(density)} kept`,
    end: `Trial ${trial} ends with ${densityPercent(density)} of the weights and ${accuracyPercent(deterministicTestAccuracy)} of the test set.`,
  }));
  const domain = domainOf(trials.flatMap(({ rows }) => rows.map((row) => row.validationAccuracy)));
  const last = Math.max(...trials.flatMap(({ rows }) => rows.map((row) => row.iteration)));
  return {
    title: 'Accuracy of the supermask over the iterations of training',
    description: curves.map(({ end }) => end).join(' '),
    panel: {
      title: null,
      measure: 'Validation accuracy of the mask that ships (%)',
      // More than a handful of trials are told apart by nobody.
      legend: curves.length > 6 ? [] : curves.map(({ label, look }) => ({ ...look, label })),
      plot: {
        x: {
          domain: [0, last],
          label: 'Iterations (thousands)',
          labelArrow: false,
          labelAnchor: 'center',
          ticks: 5,
          tickFormat: (iteration: number) => `${iteration / 1000}`,
        },
        y: accuracyAxis(domain),
        marks: [
          frame({ strokeOpacity: 0.25 }),
          ...curves.map(({ points, look }) => lineOf(points, 'iteration', 'validationAccuracy', look)),
        ],
      },
    },
  };
}

function domainOf(accuracies: readonly number[]): Domain {
  const [low, high] = [Math.min(...accuracies), Math.max(...accuracies)];
  const margin = 0.05 * (high - low) + 0.0005;
  return [Math.max(0, low - margin), Math.min(1, high + margin)];
}

function lineOf<Point extends object>(
  points: readonly Point[],
  x: keyof Point & string,
  y: keyof Point & string,
  { ink, dash }: { readonly ink: LegendEntry['ink']; readonly dash: string },
): Markish {
  const style = { className: `ink-${ink.name}`, stroke: ink.light, strokeWidth: 2, strokeDasharray: dash };
  return line(points as Point[], { ...style, x, y });
}

function level(accuracy: number): Markish {
  const { ink, dash } = looks.dense;
  return ruleY([accuracy], {
    className: `ink-${ink.name}`,
    stroke: ink.light,
    strokeWidth: 1.5,
    strokeDasharray: dash,
  });
}
