import { LANES } from '../contract.js';
import type { Parameters } from '../parameters.js';
import { structureContents } from '../plan/compile.js';
import { alone } from '../plan/division.js';
import { encode } from '../plan/encode.js';
import { forwardProgram } from '../plan/forward-program.js';
import { inputContents, planInput, standardised } from '../plan/input.js';
import type { Instruction } from '../plan/instructions.js';
import { createLayout, type Region } from '../plan/layout.js';
import { liveNetwork } from '../plan/live-network.js';
import { featuresRead, liveUnits } from '../plan/live-units.js';
import { activeOf } from '../plan/parts.js';
import type { Content, PlannedLayer, Stateful } from '../plan/plan.js';
import { planLayers, planNoBiases } from '../plan/plan-layers.js';
import { planSteps } from '../plan/plan-steps.js';
import type { PredictionPlan, PredictionRequest } from './prediction-plan.js';

/** Blocks of 64 examples side by side, with the same kernels as training and evaluation. */
export function planByBlocks({
  network,
  masks,
  parameters,
  scale,
  channels,
  batch,
}: PredictionRequest): PredictionPlan {
  const layout = createLayout();
  const examples = layout.add('examples', batch * network.inputs);
  const count = layout.add('count', 1);
  const logits = layout.add('logits', batch * network.classes);
  const lit = new Uint8Array(network.inputs).fill(1);
  const live = liveUnits(network, masks, { lit, biases: parameters.map(({ biases }) => biases) });
  const input = planInput(network.inputs, featuresRead(network, live), 1, layout, channels);
  const use = { trains: false, ...alone };
  const steps = planSteps(liveNetwork(network, live), input.x, input.features.length, use, layout);
  const planned = { optimizer: null, ...alone, frozen: null, steps: steps.steps };
  const layers = planLayers(network, masks, live, planned, layout);
  const parts = { layers, steps, noBiases: planNoBiases(layers, layout) };
  const contents: Content[] = [
    ...inputContents(input, scale),
    ...layers.flatMap(structureContents),
    ...parameterContents(layers, parameters),
  ];
  const active = activeOf(layers, input);

  const program = (name: string, ...load: readonly Instruction[]): Region => {
    const values = encode([
      ...load,
      ...forwardProgram(parts, active, 1, null),
      {
        op: 'storeRows',
        features: network.classes,
        count: count.offset,
        x: steps.logits.region.offset,
        rows: logits.offset,
      },
    ]);
    const region = layout.add(name, values.length);
    contents.push({ region, values });
    return region;
  };
  const common = {
    rows: examples.offset,
    features: network.inputs,
    count: count.offset,
    needed: input.needed?.region.offset ?? 0,
    x: input.x.offset,
    active,
  };
  return {
    examples,
    count,
    logits,
    fromBytes: program(
      'byte program',
      { op: 'loadRows', ...common, scale: input.scale.offset },
      ...standardised(input, 1, { sizes: 0, count: 0x7fff_ffff }),
    ),
    fromFloats: program('float program', { op: 'loadFloatRows', ...common }),
    examplesPerStep: LANES,
    contents,
    words: layout.words(),
  };
}

function parameterContents(layers: readonly PlannedLayer[], parameters: Parameters): readonly Content[] {
  return layers.flatMap(({ weights, biases }, l) => [
    stored(weights, parameters[l].weights),
    stored(biases, parameters[l].biases),
  ]);
}

function stored({ values, order }: Stateful, given: Float32Array): Content {
  return { region: values, values: Float32Array.from(order, (from) => given[from]) };
}
