import { LANES } from '../contract.js';
import {
  type ImageShape,
  imageSize,
  type Layer,
  type MaxPoolLayer,
  type Network,
  type ResidualLayer,
} from '../network/network.js';
import { type WeightOwner, weightOwners } from '../network/weight-layers.js';
import { normScratch } from './convolution-tiles.js';
import { evenBounds, partsOfValues, partsWithin, type Sharing } from './division.js';
import { type Layout, type Region, wholeLines } from './layout.js';
import type { Content } from './plan.js';
import type { Step, Steps, Value } from './steps.js';

/** What steps are planned for. */
export interface StepsUse extends Sharing {
  readonly trains: boolean;
}

interface Planning extends StepsUse {
  readonly owners: readonly WeightOwner[];
  readonly layout: Layout;
  readonly steps: Step[];
  /** Index of the next weight layer. */
  next: number;
  /** Gradients that are spent before the next of their kind is written: they share memory. */
  readonly beforeNorm: Region | null;
  readonly atShortcut: Region | null;
}

/** Lays out what flows between the layers of a network (see `liveNetwork`). @param x the first layer's input: `features` values */
export function planSteps(
  network: Network,
  x: Region,
  features: number,
  { trains, blocks, threads }: StepsUse,
  layout: Layout,
): Steps {
  const owners = weightOwners(network);
  const shared = (name: string, values: readonly number[]): Region | null =>
    trains && values.length > 0 ? layout.add(name, blocks * Math.max(...values) * LANES) : null;
  const planning: Planning = {
    trains,
    blocks,
    threads,
    owners,
    layout,
    steps: [],
    next: 0,
    beforeNorm: shared(
      'gradient before batch norms',
      owners.flatMap((owner) => (owner.normalised ? [imageSize(shapeOf(owner))] : [])),
    ),
    atShortcut: shared(
      'gradient at shortcuts',
      network.layers.flatMap((layer) =>
        layer.kind === 'residual' && layer.shortcut.length > 0 ? [imageSize(layer.input)] : [],
      ),
    ),
  };
  const input: Value = { region: x, judged: x, count: features, relu: false, gradient: null };
  const logits = planChain(planning, network.layers, input);
  return { steps: planning.steps, input, logits };
}

/** Where what a layer gives lies, and its gradient, as far as there are places for them already. */
type Given = Partial<Pick<Value, 'region' | 'gradient'>>;

/** @param last of what the last layer gives */
function planChain(planning: Planning, layers: readonly Layer[], from: Value, last: Given = {}): Value {
  let value = from;
  let done: Layer | null = null;
  for (const [i, layer] of layers.entries()) {
    if (layer === done) continue;
    const next = layers[i + 1]?.kind;
    const pool = poolWithin(layers.slice(i));
    const isLast = (pool ?? layer) === layers[layers.length - 1];
    value = planLayer(planning, layer, { from: value, next, pool, given: isLast ? last : {} });
    if (pool !== null) done = pool;
  }
  return value;
}

/** The max pooling that the first of these layers does itself: a convolution one of 2 × 2 windows, if nothing is left over. */
function poolWithin([layer, ...others]: readonly Layer[]): MaxPoolLayer | null {
  const pool = others[0]?.kind === 'relu' ? others[1] : others[0];
  if (layer.kind !== 'convolution' || pool?.kind !== 'max-pool' || pool.size !== 2 || pool.stride !== 2) return null;
  return layer.output.height % 2 === 0 && layer.output.width % 2 === 0 ? pool : null;
}

/** What stands around a layer. */
interface Around {
  readonly from: Value;
  readonly next: Layer['kind'] | undefined;
  /** See `poolWithin`. */
  readonly pool: MaxPoolLayer | null;
  readonly given: Given;
}

function planLayer(planning: Planning, layer: Layer, { from, next, pool, given }: Around): Value {
  const { steps, layout, owners, trains } = planning;
  const nameOf = (index: number): string => owners[index].layer.name;
  const relu = next === 'relu';
  switch (layer.kind) {
    case 'flatten':
    case 'relu': // done by the step before it
      return from;
    case 'dense':
    case 'convolution': {
      const index = planning.next++;
      if (pool !== null) {
        const to = newValue(planning, `${nameOf(index)} pooled`, imageSize(pool.output), false, given);
        const winners = layout.add(`${nameOf(index)} winners`, to.region.words / 4);
        steps.push({ kind: 'weights', layer: index, pooling: { relu, winners }, from, to });
        return to;
      }
      const count = imageSize(shapeOf(owners[index]));
      const places = next === 'batch-norm' ? { gradient: planning.beforeNorm } : given;
      const to = newValue(planning, nameOf(index), count, relu, places);
      steps.push({ kind: 'weights', layer: index, pooling: null, from, to });
      return to;
    }
    case 'batch-norm': {
      const index = planning.next - 1;
      const shape = shapeOf(owners[index]);
      const statistics = layout.add(`${nameOf(index)} statistics`, 4 * shape.channels);
      const to = newValue(planning, `${nameOf(index)} normalised`, from.count, relu, given);
      const division = dividedValues(planning, `${nameOf(index)} channel`, shape.channels, from.count);
      const threads = division === null ? 1 : partsWithin(division.values);
      const words = threads * wholeLines(normScratch(shape.height));
      const scratch = trains ? layout.add(`${nameOf(index)} statistics scratch`, words) : null;
      steps.push({ kind: 'batch-norm', layer: index, shape, statistics, scratch, added: null, division, from, to });
      return to;
    }
    case 'max-pool': {
      const to = newValue(planning, `${nameOf(planning.next - 1)} pooled`, imageSize(layer.output), false, given);
      steps.push({ kind: 'max-pool', pool: layer, from, to });
      return to;
    }
    case 'average-pool': {
      const to = newValue(planning, `${nameOf(planning.next - 1)} pooled`, imageSize(layer.output), false, given);
      steps.push({ kind: 'average-pool', pool: layer, from, to });
      return to;
    }
    case 'subsample': {
      const to = newValue(planning, 'subsampled', imageSize(layer.output), false, given);
      steps.push({ kind: 'subsample', layer, from, to });
      return to;
    }
    case 'dropout': {
      if (!planning.trains) return from;
      const number = steps.filter(({ kind }) => kind === 'dropout').length;
      const factor = layout.add(`dropout ${number + 1} factor`, 1);
      const stream = layout.add(`dropout ${number + 1} stream`, 4);
      const made = newValue(planning, `dropout ${number + 1}`, from.count, false, given);
      const to = { ...made, judged: from.judged };
      const division = dividedLines(planning, `dropout ${number + 1}`, from.count);
      steps.push({ kind: 'dropout', number, rate: layer.rate, factor, stream, division, from, to });
      return to;
    }
    case 'residual':
      return planResidual(planning, layer, from, relu);
  }
}

function planResidual(planning: Planning, layer: ResidualLayer, from: Value, relu: boolean): Value {
  const name = `${planning.owners[planning.next].layer.name} and shortcut`;
  const to = newValue(planning, name, imageSize(layer.output), relu);
  const plain = layer.shortcut.length === 0;
  planning.steps.push({
    kind: 'branch',
    from,
    shortcutGradient: plain ? to.gradient : planning.atShortcut,
    division: planning.trains ? dividedLines(planning, `${name} gradient`, from.count) : null,
  });
  // A batch norm that comes last adds the other way's values to its own, which are nowhere by themselves.
  const isNormLast = (plain ? layer.body : layer.shortcut).at(-1)?.kind === 'batch-norm';
  const places = { gradient: to.gradient, ...(isNormLast && { region: to.region }) };
  const body = planChain(planning, layer.body, from, plain ? places : { gradient: to.gradient });
  const start = { ...from, relu: false, gradient: from.gradient && planning.atShortcut };
  const shortcut = plain ? from : planChain(planning, layer.shortcut, start, places);
  const norm = planning.steps.at(-1);
  if (isNormLast && norm?.kind === 'batch-norm') {
    planning.steps[planning.steps.length - 1] = { ...norm, added: plain ? shortcut : body, to };
  } else {
    planning.steps.push({ kind: 'add', body, shortcut, division: dividedLines(planning, name, to.count), to });
  }
  return to;
}

/** Where each thread's part of so many rows begins, if they hold values enough of an example; else null. */
function dividedValues(
  { threads, blocks, layout }: Planning,
  name: string,
  rows: number,
  values: number,
): Content | null {
  const parts = partsOfValues(values, { threads, blocks });
  if (parts === 1) return null;
  const bounds = evenBounds(rows, parts, 1);
  return { region: layout.add(`${name} bounds`, bounds.length), values: bounds };
}

/** The same where nothing but the values themselves is divided. */
function dividedLines(planning: Planning, name: string, values: number): Content | null {
  return dividedValues(planning, name, planning.blocks * values, values);
}

/** What a weight layer gives for one example. */
function shapeOf({ layer }: WeightOwner): ImageShape {
  return layer.kind === 'dense' ? { channels: layer.outputs, height: 1, width: 1 } : layer.output;
}

function newValue(
  { trains, blocks, layout }: Planning,
  name: string,
  count: number,
  relu: boolean,
  given: Given = {},
): Value {
  const words = blocks * count * LANES;
  const region = given.region ?? layout.add(`${name} output`, words);
  return {
    region,
    judged: region,
    count,
    relu,
    gradient: trains ? (given.gradient ?? layout.add(`${name} gradient`, words)) : null,
  };
}
