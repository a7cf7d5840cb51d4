import { randomStream, type Stream } from '@winnow/arithmetic';
import { fullMasks } from '../masks.js';
import { compilePlan } from '../plan/compile.js';
import { decode, encode } from '../plan/encode.js';
import { type Instruction, maskKinds, optimizerCodes, SCRATCH_WORDS } from '../plan/instructions.js';
import { createLayout, type Region } from '../plan/layout.js';
import { type Content, type Plan, STEPS_PER_CALL, type TrainingPart } from '../plan/plan.js';
import { threadsOf } from '../training/threads.js';
import { keptOf } from './masked.js';
import type { SupermaskOptions } from './supermask.js';

/** A plan whose weights are drawn from frozen values at the beginning of each step, and whose scores learn at its end. */
export interface SupermaskPlan {
  /** The network; its weights are what the mask leaves of the values. */
  readonly plan: Plan;
  readonly part: TrainingPart;
  readonly layers: readonly SupermaskLayer[];
  /** Which iteration each step of a call is: (STEPS_PER_CALL) i32. */
  readonly counters: Region;
  /** Draws masks to judge, in a call of one step; which sample it is: 1 i32. */
  readonly sample: { readonly program: Region; readonly number: Region };
}

export interface SupermaskLayer {
  readonly scores: Region;
  readonly values: Region;
  readonly ones: Region;
  /** Of the scores, as the last mask was drawn; none for top masks. */
  readonly probabilities: Region | null;
  readonly first: Region | null;
  readonly second: Region | null;
}

/** Puts scores beside each layer of a dense plan, and their instructions around its training program. */
export function compileSupermaskPlan(options: SupermaskOptions): SupermaskPlan {
  const { network, data, recipe, rule, seed, trial } = options;
  const dense = compilePlan({
    network,
    masks: fullMasks(network),
    data,
    threads: threadsOf(options),
    training: {
      optimizer: { name: 'gradient' },
      batch: recipe.batch,
      weightDecay: 0,
      augmentation: recipe.augmentation,
    },
  });
  const part = dense.training;
  if (part === null) throw new Error('a plan for training has a training part');
  const layout = createLayout(dense.words);
  const { name: optimizer } = recipe.optimizer;
  const layers = dense.layers.map(({ layer }) => ({
    scores: layout.add(`${layer.name} scores`, layer.weights),
    values: layout.add(`${layer.name} values`, layer.weights),
    ones: layout.add(`${layer.name} ones`, 1),
    probabilities: rule.kind === 'sampled' ? layout.add(`${layer.name} probabilities`, layer.weights) : null,
    first: optimizer === 'sgd' ? null : layout.add(`${layer.name} first moment of scores`, layer.weights),
    second: optimizer === 'adam' ? layout.add(`${layer.name} second moment of scores`, layer.weights) : null,
  }));
  const counters = layout.add('iterations', STEPS_PER_CALL);
  const number = layout.add('sample number', 1);
  const scratch = layout.add('mask scratch', SCRATCH_WORDS);

  const masksBy = (streamOf: (layer: number) => Stream, from: Region): readonly Instruction[] =>
    layers.map((layer, l) => maskInstruction(options, dense, l, layer, streamOf(l), from, scratch));
  const training = [
    ...masksBy((layer) => randomStream({ kind: 'supermask-training', seed, trial, layer, iteration: 0 }), counters),
    ...programIn(dense, part.program),
    ...layers.map((layer, l) => scoreInstruction(options, dense, part, l, layer)),
  ];
  const sampling = masksBy(
    (layer) => randomStream({ kind: 'supermask-evaluation', seed, trial, layer, sample: 0 }),
    number,
  );

  const contents: Content[] = dense.contents.filter(({ region }) => region !== part.program);
  const place = (name: string, program: readonly Instruction[]): Region => {
    const values = encode(program);
    const region = layout.add(name, values.length);
    contents.push({ region, values });
    return region;
  };
  const program = place('supermask training program', training);
  const sample = { program: place('supermask sampling program', sampling), number };
  const plan = { ...dense, contents, regions: [...dense.regions, ...layout.regions], words: layout.words() };
  return { plan, part: { ...part, program }, layers, counters, sample };
}

function programIn({ contents }: Plan, region: Region): readonly Instruction[] {
  const found = contents.find((content) => content.region === region);
  if (!(found?.values instanceof Int32Array)) throw new Error(`the plan has no program "${region.name}"`);
  return decode(found.values, 0);
}

function maskInstruction(
  { rule, rescale }: SupermaskOptions,
  { layers }: Plan,
  l: number,
  { scores, values, ones, probabilities }: SupermaskLayer,
  stream: Stream,
  counters: Region,
  scratch: Region,
): Instruction {
  const count = layers[l].layer.weights;
  const common = {
    count,
    scores: scores.offset,
    values: values.offset,
    weights: layers[l].weights.values.offset,
    ones: ones.offset,
    rescale: rescale ? 1 : 0,
  };
  if (rule.kind === 'top') {
    return { op: 'topMask', ...common, keep: keptOf(rule.density, count), scratch: scratch.offset };
  }
  const { key0, key1, counter1, counter2 } = stream;
  const words = { key0: key0 | 0, key1: key1 | 0, counter1: counter1 | 0, counter2: counter2 | 0 };
  return {
    op: 'sampleMask',
    ...common,
    ...words,
    counters: counters.offset,
    probabilities: probabilities?.offset ?? 0,
  };
}

function scoreInstruction(
  { rule, rescale, recipe }: SupermaskOptions,
  { layers }: Plan,
  { constants }: TrainingPart,
  l: number,
  { scores, values, ones, probabilities, first, second }: SupermaskLayer,
): Instruction {
  const { layer, weights } = layers[l];
  if (weights.first === null) throw new Error(`layer "${layer.name}" was planned without a gradient`);
  return {
    op: 'scoreUpdate',
    count: layer.weights,
    kind: maskKinds[rule.kind],
    scores: scores.offset,
    values: values.offset,
    weights: weights.values.offset,
    ones: ones.offset,
    rescale: rescale ? 1 : 0,
    gradient: weights.first.offset,
    optimizer: optimizerCodes[recipe.optimizer.name],
    first: first?.offset ?? 0,
    second: second?.offset ?? 0,
    constants: constants.offset,
    probabilities: probabilities?.offset ?? 0,
    layer: l,
  };
}
