import { accuracyText } from '../../report/accuracy-text.js';
import type { CellResult } from '../../report/input.js';
import type { PaperValue } from '../../report/markdown.js';
import { spreadOf } from '../../report/statistics.js';
import { cellsAt, levelNear, pointsText } from '../measured.js';
import { compareAccuracies, isLess, isLevel, type Outcome, type Trials, type Verdict } from '../verdict.js';
import type { DeepNetwork, DeepRecipe } from './recipe.js';

/** What is finished of a network's searches. */
export type DeepCells = Readonly<Record<DeepRecipe, readonly CellResult[]>>;

/** Accuracies at the last iteration: these networks are compared where training ends (Figures 7 and 8). */
export const finalAccuracies = (cells: readonly CellResult[]): Trials =>
  cells.flatMap(({ final }) => (final.testAccuracy === null ? [] : [final.testAccuracy]));

const denseOf = (cells: readonly CellResult[]): Trials => finalAccuracies(cellsAt(cells, 'dense', 0));
const near = (cells: readonly CellResult[], density: number, kind: 'ticket' | 'reinit' = 'ticket'): Trials =>
  finalAccuracies(cellsAt(cells, kind, levelNear(cells, density)));

/** What the paper says of single levels. */
export const deepPaperValues: Readonly<Record<DeepNetwork, Readonly<Record<DeepRecipe, readonly PaperValue[]>>>> = {
  'vgg-19': {
    paper: [],
    'low-rate': [{ level: 15, says: 'within a point of the dense network', source: '§4' }],
    warmup: [{ level: 19, says: 'the last winning ticket', source: '§4' }],
  },
  'resnet-20': {
    paper: [{ level: 0, says: '90.5 %', source: '§4' }],
    'low-rate': [],
    warmup: [
      { level: 6, says: '90.5 %', source: '§4' },
      { level: 10, says: 'the last winning ticket', source: '§4' },
    ],
  },
};

/** What the paper claims of a network (§4, Figures 7 and 8), with what is finished. */
export function deepVerdicts(network: DeepNetwork, cells: DeepCells): readonly Verdict[] {
  return network === 'vgg-19' ? vggVerdicts(cells) : resnetVerdicts(cells);
}

/** A point of test accuracy. */
const POINT = 0.01;

function vggVerdicts({ paper, 'low-rate': low, warmup }: DeepCells): readonly Verdict[] {
  const found = { ticket: near(paper, 0.069), reinit: near(paper, 0.069, 'reinit') };
  // Within a point: no less than what is a point below.
  const below = denseOf(low).map((accuracy) => accuracy - POINT);
  return [
    judged(
      'VGG-19, rate 0.1: at 6.9 % tickets are no better than their masks re-initialised: there are no winning tickets',
      'Figure 7',
      [found.reinit, found.ticket],
      isLevel,
    ),
    judged(
      'VGG-19, rate 0.01: the ticket at 3.5 % is within a point of the dense network',
      '§4',
      [near(low, 0.035), below],
      isLevel,
      'a point less than dense',
    ),
    judged(
      'VGG-19, warmed up: the ticket at 1.5 % is level with the dense network',
      '§4',
      [near(warmup, 0.015), denseOf(warmup)],
      isLevel,
    ),
  ];
}

function resnetVerdicts({ paper, 'low-rate': low, warmup }: DeepCells): readonly Verdict[] {
  return [
    judged(
      'ResNet-20: the best ticket at rate 0.01 is less accurate than the dense network at rate 0.1',
      '89.5 against 90.5 %, §4',
      [bestTicket(low), denseOf(paper)],
      isLess,
    ),
    judged(
      'ResNet-20, warmed up: the ticket at 27.1 % is level with the dense network at rate 0.1',
      '90.5 %, §4',
      [near(warmup, 0.271), denseOf(paper)],
      isLevel,
    ),
    judged(
      'ResNet-20, warmed up: the ticket at 11.8 % is level with the dense network',
      '§4',
      [near(warmup, 0.118), denseOf(warmup)],
      isLevel,
    ),
  ];
}

function bestTicket(cells: readonly CellResult[]): Trials {
  const levels = [...new Set(cells.filter(({ kind }) => kind === 'ticket').map(({ level }) => level))];
  const accuracies = levels.map((level) => finalAccuracies(cellsAt(cells, 'ticket', level)));
  const mean = (trials: Trials) => spreadOf(trials)?.mean ?? 0;
  return accuracies.reduce<Trials>((best, of) => (mean(of) > mean(best) ? of : best), []);
}

function judged(
  claim: string,
  source: string,
  [one, other]: readonly [Trials, Trials],
  is: (comparison: ReturnType<typeof compareAccuracies>) => Outcome,
  otherIs = '',
): Verdict {
  const comparison = compareAccuracies(one, other);
  const against = `${accuracyText(other)}${otherIs === '' ? '' : `, ${otherIs}`}`;
  const numbers =
    comparison === null ? 'not measured' : `${accuracyText(one)} against ${against}: ${pointsText(comparison)}`;
  return { claim, source, outcome: is(comparison), numbers };
}
