import { LANES } from '../contract.js';
import { type Masks, requireMasksOf } from '../masks.js';
import type { Network } from '../network/network.js';
import { type ConvolutionLayer, type DenseLayer, imageSize, type MaxPoolLayer } from '../network/network.js';
import { weightLayers, weightOwners } from '../network/weight-layers.js';
import type { Structure } from './compress.js';
import { planConvolution } from './convolutions.js';
import { type Division, formOf } from './forms.js';
import { frozenWeights } from './frozen.js';
import type { optimizerCodes } from './instructions.js';
import type { Layout } from './layout.js';
import { type LiveUnits, liveFirst } from './live-units.js';
import type { PlannedLayer, Stateful, StructureRegions } from './plan.js';

/** What layers are planned for. */
interface Use {
  /** null for a plan that only evaluates. */
  readonly optimizer: keyof typeof optimizerCodes | null;
  /** Blocks of 64 lanes in a batch. */
  readonly blocks: number;
  /** How many threads may share a layer. */
  readonly threads: number;
  /** The survivors that no step changes; null if there are none. */
  readonly frozen: Masks | null;
}

/** Chooses each layer's form and gives it its regions. */
export function planLayers(
  network: Network,
  masks: Masks,
  live: readonly LiveUnits[],
  { optimizer, blocks, threads, frozen }: Use,
  layout: Layout,
): readonly PlannedLayer[] {
  requireMasksOf(network, masks);
  const owners = weightOwners(network);
  const relus = hasRelu(network);
  const pools = poolsOf(network);
  return weightLayers(network).map((layer, l) => {
    // Nothing reads the gradient at the network's own inputs.
    const form = formOf(layer, masks[l], live[l], optimizer !== null && l > 0, { threads, blocks });
    const { name } = layer;
    const { outputs } = live[l];
    const columns = form.kind === 'compressed' ? form.columns : null;
    const owner = owners[l];
    const activation = blocks * valuesOf(owner, outputs.length) * LANES;
    const pool = pools[l];
    const pooled = pool === null ? 0 : blocks * imageSize(pool.output) * LANES;
    const biasOrder = liveFirst(outputs, layer.biases);
    return {
      layer,
      relu: relus[l],
      convolution: owner.kind === 'convolution' ? planConvolution(owner, form, optimizer !== null, layout) : null,
      pool: pool && {
        layer: pool,
        output: layout.add(`${name} pooled`, pooled),
        gradient: optimizer && layout.add(`${name} pooled gradient`, pooled),
      },
      live: live[l],
      form,
      weights: stateful(`${name} weights`, form.order, form.live, optimizer, layout),
      biases: stateful(`${name} biases`, biasOrder, outputs.length, optimizer, layout),
      rows: form.kind === 'compressed' ? structureRegions(`${name} rows`, form.rows, layout) : null,
      columns: columns && {
        ...structureRegions(`${name} columns`, columns, layout),
        permutation: layout.add(`${name} columns permutation`, columns.permutation.length),
      },
      division: form.division && dividedRegions(name, form.division, layout),
      frozen: frozen && frozenWeights(name, form, masks[l], frozen[l], layout),
      output: layout.add(`${name} output`, activation),
      gradient: optimizer && layout.add(`${name} gradient`, activation),
    };
  });
}

/** For each weight layer, whether a ReLU follows it. */
export function hasRelu(network: Network): readonly boolean[] {
  const { layers } = network;
  return weightOwners(network).map((owner) => layers[layers.indexOf(owner) + 1]?.kind === 'relu');
}

/** For each weight layer, the pooling that follows it and its ReLU. */
function poolsOf(network: Network): readonly (MaxPoolLayer | null)[] {
  const { layers } = network;
  return weightOwners(network).map((owner) => {
    const at = layers.indexOf(owner) + 1;
    const next = layers[at]?.kind === 'relu' ? layers[at + 1] : layers[at];
    return next?.kind === 'max-pool' ? next : null;
  });
}

/** Values of one example after a layer with so many live outputs. */
function valuesOf(owner: DenseLayer | ConvolutionLayer, outputs: number): number {
  return owner.kind === 'dense' ? outputs : imageSize(owner.output);
}

function stateful(
  name: string,
  order: Uint32Array,
  live: number,
  optimizer: keyof typeof optimizerCodes | null,
  layout: Layout,
): Stateful {
  const moments = optimizer === 'adam' ? 2 : optimizer === 'momentum' || optimizer === 'gradient' ? 1 : 0;
  return {
    values: layout.add(name, order.length),
    order,
    first: moments >= 1 ? layout.add(`${name} first moment`, live) : null,
    second: moments >= 2 ? layout.add(`${name} second moment`, live) : null,
  };
}

function dividedRegions(name: string, { rows, columns }: Division, layout: Layout): PlannedLayer['division'] {
  const bounds = (of: string, values: Int32Array) => ({ region: layout.add(`${name} ${of}`, values.length), values });
  return { parts: rows.length - 1, rows: bounds('row bounds', rows), columns: bounds('column bounds', columns) };
}

function structureRegions(name: string, structure: Structure, layout: Layout): StructureRegions {
  return {
    structure,
    chunks: layout.add(`${name} chunks`, structure.chunks.length),
    segments: layout.add(`${name} segments`, structure.segments.length),
    indices: layout.add(`${name} indices`, Math.ceil(structure.indices.length / 2)),
  };
}
