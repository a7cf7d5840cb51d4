import { LANES } from '../contract.js';
import { blocking } from './blocking.js';
import type { Structure } from './compress.js';
import type { Plan, PlannedLayer } from './plan.js';

/** What a plan costs, layer by layer. */
export interface PlanDescription {
  readonly layers: readonly LayerDescription[];
  /** Size of the arena: parameters, optimizer state, structures, activations, tables. */
  readonly arenaBytes: number;
  /** Weight values that memory holds. */
  readonly stored: number;
  /** Of one training step with all its lanes; 0 if the plan only evaluates. */
  readonly multiplyAddsPerStep: number;
}

export interface LayerDescription {
  readonly name: string;
  readonly form: 'dense' | 'compressed';
  readonly weights: number;
  readonly stored: number;
  /** Those of them that a step computes with; the others can change nothing. */
  readonly live: number;
  /** How the columns are cut for the forward pass, and the rows for the input gradient; null where there is none. */
  readonly columnChunks: Chunking;
  readonly rowChunks: Chunking | null;
  /** Threads that share its instructions. */
  readonly threads: number;
  /** Values, optimizer state and structure; without activations. */
  readonly bytes: number;
  readonly multiplyAddsPerStep: number;
}

export interface Chunking {
  readonly chunks: number;
  readonly width: number;
}

/** Describes a plan for people who ask what the engine does with their network. */
export function describePlan(plan: Plan): PlanDescription {
  const lanes = plan.training === null ? 0 : plan.training.blocks * LANES;
  const layers = plan.layers.map((planned, l) => describeLayer(planned, passes(l) * lanes, lanes > 0 && l > 0));
  return {
    layers,
    arenaBytes: 4 * plan.words,
    stored: storedWeights(plan),
    multiplyAddsPerStep: layers.reduce((sum, layer) => sum + layer.multiplyAddsPerStep, 0),
  };
}

/** Weight values that the plan's memory holds. */
export function storedWeights(plan: Plan): number {
  return plan.layers.reduce((sum, { weights }) => sum + weights.values.words, 0);
}

/** How often a training step goes over a layer's weights: forward, weight gradient and, but in the first, input gradient. */
function passes(layer: number): number {
  return layer === 0 ? 2 : 3;
}

function describeLayer(
  planned: PlannedLayer,
  multiplyAddsPerWeight: number,
  hasInputGradient: boolean,
): LayerDescription {
  const { layer, live, form, weights, biases, rows, columns, convolution, division } = planned;
  const positions = convolution === null ? 1 : convolution.layer.output.height * convolution.layer.output.width;
  const regions = [
    ...[weights, biases].flatMap(({ values, first, second }) => [values, first, second]),
    ...[rows, columns].flatMap((structure) => structure && [structure.chunks, structure.segments, structure.indices]),
    columns?.permutation,
  ];
  return {
    name: layer.name,
    form: form.kind,
    weights: layer.weights,
    stored: weights.values.words,
    live: form.live,
    columnChunks: rows ? chunking(rows.structure) : denseChunking(live.inputs.length),
    rowChunks: columns ? chunking(columns.structure) : hasInputGradient ? denseChunking(live.outputs.length) : null,
    threads: (division ?? convolution?.division)?.parts ?? 1,
    bytes: regions.reduce((sum, region) => sum + 4 * (region?.words ?? 0), 0),
    multiplyAddsPerStep: form.live * positions * multiplyAddsPerWeight,
  };
}

function chunking({ chunkCount, width }: Structure): Chunking {
  return { chunks: chunkCount, width };
}

function denseChunking(columns: number): Chunking {
  const width = Math.min(columns, blocking.productColumns);
  return { chunks: width === 0 ? 0 : Math.ceil(columns / width), width };
}
