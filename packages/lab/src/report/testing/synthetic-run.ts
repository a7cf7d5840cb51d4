import { type BitMask, emptyMask, maskFromIndices } from '@winnow/arithmetic';
import type { CriterionPlane, MetricPoint, ReportCell, ReportKind, ReportRun } from '../input.js';

/** Outputs × inputs and the rate of each layer of LeNet-300-100. */
const layers = [
  { weights: 235_200, rate: 0.2 },
  { weights: 30_000, rate: 0.2 },
  { weights: 1_000, rate: 0.1 },
];
const total = 266_200;

/** What a synthetic run is made of. */
export interface Shape {
  readonly levels: number;
  readonly trials: number;
  readonly replicates: number;
  readonly kinds: readonly ReportKind[];
  readonly iterations: number;
  /** Without test data every test value is null. */
  readonly test: boolean;
}

const usual: Shape = {
  levels: 20,
  trials: 3,
  replicates: 1,
  kinds: ['ticket', 'reinit', 'random'],
  iterations: 12_000,
  test: true,
};

/** A run in the manner of LeNet on MNIST, made by formulas alone: what reports are developed and tested on. */
export function syntheticRun(shape: Partial<Shape> = {}): ReportRun {
  const complete = { ...usual, ...shape };
  const { levels, trials, replicates, kinds } = complete;
  const each = (n: number) => Array.from({ length: n }, (_, i) => i);
  let scored: readonly number[] | null = null;
  const order = () => {
    scored ??= scoredPositions();
    return scored;
  };
  const cells = each(trials).flatMap((t) => [
    cell(complete, order, 'dense', 0, t + 1, 0),
    ...each(levels).flatMap((l) =>
      kinds.flatMap((kind) => {
        const isControl = kind === 'reinit' || kind === 'random';
        return each(isControl ? replicates : 1).map((replicate) =>
          cell(complete, order, kind, l + 1, t + 1, replicate),
        );
      }),
    ),
  ]);
  const winner =
    cells.find((candidate) => candidate.kind === kinds[0] && candidate.level === Math.min(15, levels)) ?? null;
  return {
    path: 'runs/lenet-300-100-mnist-seed-1',
    network: 'lenet-300-100',
    data: 'mnist',
    settings: {
      network: 'lenet-300-100',
      data: {
        name: 'mnist',
        digest: '4f2c9a51d07be3864f2c9a51d07be386',
        train: 55_000,
        validation: 5_000,
        test: 10_000,
      },
      recipe: {
        initialisation: 'glorot-normal',
        optimizer: { name: 'adam', rate: 0.0012, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
        schedule: { kind: 'constant' },
        batch: 60,
        iterations: complete.iterations,
        evaluateEvery: 100,
      },
      pruning: { criterion: 'large-final', rate: 0.2, outputRate: 0.1, scope: 'layer', rounds: levels },
      controls: kinds.filter((kind) => kind === 'reinit' || kind === 'random'),
      trials,
      seed: 1,
    },
    command: `npx winnow find lenet-300-100 --data mnist --seed 1 --trials ${trials} --levels ${levels} --iterations ${complete.iterations}`,
    backend: 'native',
    isa: 'avx512',
    versions: { winnow: '0.1.0', arithmetic: '1', node: '20.20.0' },
    machine: { processor: 'A processor of 2 cores', cores: '2', system: 'Linux 6.1 x64' },
    image: { channels: 1, rows: 28, columns: 28 },
    cells,
    winner: kinds.length === 0 ? null : winner,
    planes: async () => (levels === 0 ? [] : layers.map((_, layer) => plane(layer))),
  };
}

/** Weights of a layer after `level` rounds: floor(rate × survivors + ½) go in each. */
function survivors(layer: { weights: number; rate: number }, level: number): number {
  let left = layer.weights;
  for (let round = 0; round < level; round++) left -= Math.floor(layer.rate * left + 0.5);
  return left;
}

function cell(
  shape: Shape,
  order: () => readonly number[],
  kind: ReportKind,
  level: number,
  trial: number,
  replicate: number,
): ReportCell {
  const weights = layers.reduce((sum, layer) => sum + survivors(layer, level), 0);
  const seed = trial * 1009 + level * 101 + replicate * 31 + kind.length * 7;
  const rows = curve(shape, kind, level, seed);
  const stop = rows.slice(1).reduce((best, row) => (row.validationLoss < best.validationLoss ? row : best));
  const last = rows[rows.length - 1];
  return {
    trial,
    level,
    kind,
    replicate,
    density: weights / total,
    weights,
    stored: weights,
    earlyStop: { iteration: stop.iteration, validationLoss: stop.validationLoss, testAccuracy: stop.testAccuracy },
    final: { trainLoss: last.trainLoss ?? 0, validationLoss: last.validationLoss, testAccuracy: last.testAccuracy },
    digest: Array.from({ length: 64 }, (_, i) => Math.floor(16 * noise(seed * 64 + i)).toString(16)).join(''),
    microsecondsPerStep: 40 + (610 * weights) / total + 8 * noise(seed),
    rows,
    masks: () => masks(order(), level),
  };
}

/** How well and how soon a kind of network learns at a level: gains first, then losses; controls only lose. */
function courseOf(kind: ReportKind, level: number): { readonly accuracy: number; readonly delay: number } {
  const fall = (from: number, by: number) => Math.max(0, level - from) ** 1.6 * by;
  switch (kind) {
    case 'reinit':
      return { accuracy: 0.98 - fall(4, 0.00028), delay: 1 + 0.07 * level };
    case 'random':
      return { accuracy: 0.979 - fall(2, 0.00042), delay: 1 + 0.085 * level };
    case 'one-shot':
      return {
        accuracy: 0.9812 + 0.0004 * Math.min(level, 5) - fall(10, 0.0004),
        delay: Math.abs(level - 4) * 0.06 + 0.75,
      };
    default:
      return {
        accuracy: 0.9806 + 0.0003 * Math.min(level, 9) - fall(12, 0.0004),
        delay: level < 9 ? 1 - 0.05 * level : 0.55 + 0.07 * (level - 9),
      };
  }
}

function curve(shape: Shape, kind: ReportKind, level: number, seed: number): MetricPoint[] {
  const { accuracy, delay } = courseOf(kind, level);
  const offset = 0.0016 * (noise(seed) - 0.5);
  const rows: MetricPoint[] = [];
  let least = Number.POSITIVE_INFINITY;
  for (let iteration = 0; iteration <= shape.iterations; iteration += 100) {
    const time = iteration / (900 * delay);
    const validationLoss =
      0.075 +
      1.6 * (1 - accuracy) +
      2.2 * Math.exp(-2.2 * time) +
      0.15 * Math.exp(-0.9 * time) +
      0.0042 * time +
      0.004 * noise(seed + iteration);
    const reached =
      accuracy +
      offset -
      (accuracy - 0.1) * Math.exp(-4.5 * time) -
      0.045 * Math.exp(-0.9 * time) +
      0.0012 * (noise(seed - iteration) - 0.5);
    const measured =
      shape.test && (validationLoss < least || (iteration / 100) % 5 === 0 || iteration === shape.iterations);
    if (iteration > 0) least = Math.min(least, validationLoss);
    rows.push({
      iteration,
      validationLoss,
      validationAccuracy: reached - 0.001,
      testLoss: measured ? validationLoss * 0.97 : null,
      testAccuracy: measured ? Math.round(1e4 * reached) / 1e4 : null,
      trainLoss: iteration === 0 ? null : validationLoss * Math.exp(-0.4 * time),
    });
  }
  return rows;
}

/** First layer: the best scores survive, which lie in the middle of the picture; the others keep their first weights. */
function masks(order: readonly number[], level: number): readonly BitMask[] {
  const [first, ...others] = layers;
  const kept = order.slice(0, survivors(first, level));
  return [maskFromIndices(first.weights, kept), ...others.map((layer) => emptyMask(layer.weights))];
}

function scoredPositions(): readonly number[] {
  const score = (position: number) => {
    const [row, column] = [Math.floor((position % 784) / 28), position % 28];
    const away = ((row - 13.5) / 8) ** 2 + ((column - 13.5) / 6.5) ** 2;
    return noise(position) + 1.5 * Math.exp(-away);
  };
  const scores = Float64Array.from({ length: layers[0].weights }, (_, position) => score(position));
  return Array.from({ length: layers[0].weights }, (_, position) => position).sort(
    (a, b) => scores[b] - scores[a] || a - b,
  );
}

/** Weights that grew about their first values, of which those are kept that end largest. */
function plane(layer: number): CriterionPlane {
  const count = 400;
  const initial = Float32Array.from({ length: count }, (_, i) => 0.1 * (noise(7 * i + layer) + noise(11 * i) - 1));
  const final = initial.map((value, i) => 1.2 * value + 0.08 * (noise(13 * i + layer) - 0.5));
  const region = (_: number, value: number) => Math.abs(value) >= 0.06;
  const kept = initial.map((value, i) => Number(region(value, final[i])));
  const density = kept.reduce((sum, is) => sum + is) / count;
  return { title: `dense ${layer + 1}`, density, initial, final, kept, region };
}

/** Between 0 and 1, the same for the same integer. */
function noise(n: number): number {
  let bits = Math.imul(n ^ 0x9e3779b9, 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32;
}
