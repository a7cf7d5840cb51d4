import type { Masks } from '../masks.js';
import type { Network, WeightLayer } from '../network/network.js';
import { weightLayers } from '../network/weight-layers.js';
import type { LayerParameters } from '../parameters.js';
import { encode } from '../plan/encode.js';
import type { Instruction } from '../plan/instructions.js';
import { createLayout, type Region } from '../plan/layout.js';
import type { Content } from '../plan/plan.js';
import { type ColumnForm, columnForm } from './column-form.js';
import type { PredictionPlan, PredictionRequest } from './prediction-plan.js';

/** Examples one by one: a pixel or unit that is zero costs nothing, and nothing is computed for lanes that hold no example. */
export function planByColumns({ network, masks, parameters, scale, batch }: PredictionRequest): PredictionPlan {
  const layout = createLayout();
  const contents: Content[] = [];
  const place = (name: string, values: Content['values']): number => {
    const region = layout.add(name, Math.ceil(values.byteLength / 4));
    contents.push({ region, values });
    return region.offset;
  };
  const scaleAt = place('input scale', Float32Array.of(scale));
  const examples = layout.add('examples', batch * network.inputs);
  const logits = layout.add('logits', batch * network.classes);
  const x = layout.add('input', network.inputs);
  const layers = placeLayers(network, masks, parameters, logits, layout.add, place);

  const program = (name: string, before: readonly Instruction[], input: Place): Region => {
    const values = encode([...before, ...forward(layers, input)]);
    const region = layout.add(name, values.length);
    contents.push({ region, values });
    return region;
  };
  const load: Instruction = {
    op: 'loadExample',
    rows: examples.offset,
    features: network.inputs,
    scale: scaleAt,
    x: x.offset,
  };
  return {
    examples,
    count: null,
    logits,
    fromBytes: program('byte program', [load], { at: x.offset, step: 0 }),
    fromFloats: program('float program', [], { at: examples.offset, step: network.inputs }),
    examplesPerStep: 1,
    contents,
    words: layout.words(),
  };
}

/** Where values of one example lie: at word `at`, and `step` words further in each step. */
interface Place {
  readonly at: number;
  readonly step: number;
}

/** A layer's instruction, but for its input. */
interface PlacedLayer {
  readonly withInput: (input: Place) => Instruction;
  readonly output: Place;
}

function placeLayers(
  network: Network,
  masks: Masks,
  parameters: readonly LayerParameters[],
  logits: Region,
  add: (name: string, words: number) => Region,
  place: (name: string, values: Content['values']) => number,
): readonly PlacedLayer[] {
  const layers = weightLayers(network);
  const scratch = add('scratch', Math.max(...layers.map(({ inputs }) => inputs))).offset;
  return layers.map((layer, l) => {
    const form = columnForm(layer, masks[l]);
    const { weights, biases } = parameters[l];
    const isLast = l === layers.length - 1;
    const output = isLast
      ? { at: logits.offset, step: network.classes }
      : { at: add(`${layer.name} output`, layer.outputs).offset, step: 0 };
    const common = {
      inputs: layer.inputs,
      outputs: layer.outputs,
      biases: place(`${layer.name} biases`, biases),
      y: output.at,
      yStep: output.step,
      relu: followedByRelu(network, l) ? 1 : 0,
      scratch,
    };
    const columns = placeColumns(layer, form, weights, place);
    return { output, withInput: ({ at, step }) => ({ ...columns, ...common, x: at, xStep: step }) };
  });
}

/** Whether a ReLU follows a weight layer of a network of dense layers. */
function followedByRelu({ layers }: Network, index: number): boolean {
  const places = [...layers.keys()].filter((i) => layers[i].kind === 'dense');
  return layers[places[index] + 1]?.kind === 'relu';
}

function placeColumns(
  { name }: WeightLayer,
  form: ColumnForm,
  weights: Float32Array,
  place: (name: string, values: Content['values']) => number,
) {
  const values = place(
    `${name} weights`,
    Float32Array.from(form.order, (from) => weights[from]),
  );
  switch (form.kind) {
    case 'dense':
      return { op: 'denseExampleForward', weights: values } as const;
    case 'compressed':
      return {
        op: 'compressedExampleForward',
        values,
        starts: place(`${name} starts`, form.starts),
        rows: place(`${name} rows`, form.rows),
      } as const;
  }
}

function forward(layers: readonly PlacedLayer[], input: Place): readonly Instruction[] {
  return layers.map(({ withInput }, l) => withInput(l === 0 ? input : layers[l - 1].output));
}
