import { type Masks, requireMasksOf } from '../masks.js';
import type { Network } from '../network/network.js';
import { weightLayers, weightOwners } from '../network/weight-layers.js';
import type { Structure } from './compress.js';
import { planConvolution } from './convolutions.js';
import { type Division, formOf } from './forms.js';
import { frozenWeights } from './frozen.js';
import type { optimizerCodes } from './instructions.js';
import type { Layout, Region } from './layout.js';
import { liveNetwork } from './live-network.js';
import { type LiveUnits, liveFirst } from './live-units.js';
import type { PlannedLayer, Stateful, StructureRegions } from './plan.js';
import type { Step } from './steps.js';

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
  /** What flows between the layers. */
  readonly steps: readonly Step[];
}

/** Chooses each layer's form and gives it its regions. */
export function planLayers(
  network: Network,
  masks: Masks,
  live: readonly LiveUnits[],
  { optimizer, blocks, threads, frozen, steps }: Use,
  layout: Layout,
): readonly PlannedLayer[] {
  requireMasksOf(network, masks);
  const owners = weightOwners(liveNetwork(network, live));
  const hasInputGradient = layersWithInputGradient(steps);
  const pooling = new Set(
    steps.flatMap((step) => (step.kind === 'weights' && step.pooling !== null ? [step.layer] : [])),
  );
  return weightLayers(network).map((layer, l) => {
    const form = formOf(layer, masks[l], live[l], hasInputGradient.has(l), { threads, blocks });
    const { name } = layer;
    const { outputs } = live[l];
    const columns = form.kind === 'compressed' ? form.columns : null;
    const { layer: owner, normalised } = owners[l];
    // Batch norms are planned for all units; the optimizer moves scales and shifts, the first half.
    const biasOrder = liveFirst(normalised ? new Uint32Array(0) : outputs, layer.biases);
    const moved = normalised ? 2 * layer.outputs : outputs.length;
    return {
      layer,
      convolution:
        owner.kind === 'convolution'
          ? planConvolution(
              owner,
              form,
              { trains: optimizer !== null, pools: pooling.has(l), sharing: { threads, blocks } },
              layout,
            )
          : null,
      live: live[l],
      form,
      weights: stateful(`${name} weights`, form.order, form.live, optimizer, layout),
      biases: stateful(`${name} biases`, biasOrder, moved, optimizer, layout),
      rows: form.kind === 'compressed' ? structureRegions(`${name} rows`, form.rows, layout) : null,
      columns: columns && {
        ...structureRegions(`${name} columns`, columns, layout),
        permutation: layout.add(`${name} columns permutation`, columns.permutation.length),
      },
      division: form.division && dividedRegions(name, form.division, layout),
      frozen: frozen && frozenWeights(name, form, masks[l], frozen[l], layout),
    };
  });
}

/** Zeros, for the layers whose batch norm takes the place of biases; null if there are none. Memory that nobody writes is 0. */
export function planNoBiases(layers: readonly PlannedLayer[], layout: Layout): Region | null {
  const outputs = layers.flatMap(({ layer }) => (layer.normalised ? [layer.outputs] : []));
  return outputs.length === 0 ? null : layout.add('no biases', Math.max(...outputs));
}

/** Nothing reads the gradient at the network's own inputs. */
function layersWithInputGradient(steps: readonly Step[]): ReadonlySet<number> {
  return new Set(steps.flatMap((step) => (step.kind === 'weights' && step.from.gradient !== null ? [step.layer] : [])));
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
