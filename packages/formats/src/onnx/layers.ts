import {
  batchNorm,
  dense,
  flatten,
  globalAveragePool,
  type ImageShape,
  type LayerSpec,
  relu,
  residual,
} from '@winnow/engine';
import type { LoadedLayer } from '../loaded-network.js';
import { normalised } from './batch-norm.js';
import { type Fork, isFork, type Step } from './flow.js';
import {
  biasOf,
  type Constants,
  type ConvolutionValues,
  convolutionLayer,
  denseLayer,
  type Fail,
  integer,
  pictureOf,
  poolingLayer,
  shownNode,
} from './nodes.js';
import type { OnnxNode } from './schema.js';

/** What the operators of a graph are read with. */
export interface Reading {
  readonly constants: Constants;
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  readonly fail: Fail;
  /** As the graph's input says. */
  readonly picture: ImageShape | null;
}

/** A layer with weights as read; what stands in a shortcut is no spec of its own, so that its window is kept here. */
export interface ReadLayer extends LoadedLayer {
  readonly outputs: number;
  readonly window?: ConvolutionValues['window'];
}

export interface ReadLayers {
  readonly specs: readonly LayerSpec[];
  /** Of the layers with weights: of a residual layer the body's first, then the shortcut's. */
  readonly values: readonly ReadLayer[];
  /** As the input or the first operator says. */
  readonly picture: ImageShape | null;
}

/** What flows: lists of `width` values, or pictures of `channels`; null where that is not known. */
interface Flow {
  readonly width: number | null;
  readonly channels: number | null;
}

/** The layers that these operators are. @throws what `fail` does for an operator of which Winnow knows no layer */
export function layersOf(steps: readonly Step[], reading: Reading): ReadLayers {
  let { picture } = reading;
  const first = steps.find((step) => isFork(step) || !reshapes(step));
  for (const step of steps.slice(0, first === undefined ? 0 : steps.indexOf(first))) {
    if (!isFork(step)) picture = pictureOf(reading.shapes.get(step.input[1] ?? '') ?? []) ?? picture;
  }
  const { specs, values } = partOf(
    steps,
    { ...reading, picture },
    { width: null, channels: picture?.channels ?? null },
  );
  return { specs, values, picture };
}

const reshapes = ({ opType }: OnnxNode): boolean =>
  opType === 'Reshape' || opType === 'Flatten' || opType === 'Identity';

interface Part {
  readonly specs: readonly LayerSpec[];
  readonly values: readonly ReadLayer[];
  readonly flow: Flow;
}

function partOf(steps: readonly Step[], reading: Reading, begin: Flow): Part {
  const { constants, shapes, fail } = reading;
  const specs: LayerSpec[] = [];
  const values: ReadLayer[] = [];
  let { width, channels } = begin;
  for (let n = 0; n < steps.length; n++) {
    const step = steps[n];
    if (isFork(step)) {
      const part = residualOf(step, reading, { width, channels });
      specs.push(...part.specs);
      values.push(...part.values);
      channels = part.flow.channels;
      continue;
    }
    switch (step.opType) {
      case 'Gemm':
      case 'MatMul': {
        const next = steps[n + 1];
        const isAdded = step.opType === 'MatMul' && next !== undefined && !isFork(next) && next.opType === 'Add';
        const added = isAdded ? biasOf(next, constants) : undefined;
        if (added !== undefined) n++;
        const layer = denseLayer(step, constants, added, fail);
        if (width !== null && width !== layer.inputs)
          fail(`${shownNode(step)} takes ${layer.inputs} values, not ${width}`);
        specs.push(dense(layer.outputs));
        values.push(layer);
        width = layer.outputs;
        break;
      }
      case 'Conv': {
        const layer = convolutionLayer(step, constants, fail);
        if (channels !== null && channels !== layer.channels)
          fail(`${shownNode(step)} takes ${layer.channels} channels, not ${channels}`);
        specs.push(layer.spec);
        values.push(layer);
        channels = layer.outputs;
        break;
      }
      case 'BatchNormalization': {
        const kind = specs.at(-1)?.kind;
        const last = values.pop();
        if (last === undefined || (kind !== 'convolution' && kind !== 'dense'))
          return fail(`${shownNode(step)} does not stand right behind a Conv or a Gemm`);
        values.push({ ...last, ...normalised(last, step, constants, fail) });
        specs.push(batchNorm());
        break;
      }
      case 'MaxPool':
      case 'AveragePool':
        specs.push(poolingLayer(step, fail));
        break;
      case 'GlobalAveragePool':
        specs.push(globalAveragePool());
        break;
      case 'Relu':
        // The largest of what ReLU leaves is what ReLU leaves of the largest.
        specs.splice(specs.at(-1)?.kind === 'max-pool' ? -1 : specs.length, 0, relu());
        break;
      case 'Reshape':
      case 'Flatten': {
        const shape = shapes.get(step.input[1] ?? '') ?? [];
        if (step.opType === 'Flatten' && integer(step, 'axis', 1) !== 1)
          fail(`${shownNode(step)} flattens the batch too`);
        if (specs.length === 0) break;
        if (step.opType === 'Reshape' && shape.length !== 2) fail(`${shownNode(step)} stands after the first layer`);
        if (width === null) specs.push(flatten());
        break;
      }
      case 'Identity':
        break;
      case 'Softmax':
        if (n < steps.length - 1) fail(`${shownNode(step)} is not the last operator`);
        break;
      default:
        fail(
          `Winnow reads no ${shownNode(step)}; it reads Gemm, MatMul with Add, Conv, BatchNormalization, MaxPool, AveragePool, Flatten, Relu, and Add of two ways from one value`,
        );
    }
  }
  return { specs, values, flow: { width, channels } };
}

/** A residual layer: the shortcut adds the value itself, or a convolution of it, normalised like the body's last. */
function residualOf({ body, shortcut, sum }: Fork, reading: Reading, flow: Flow): Part {
  const { fail } = reading;
  const inner = partOf(body, reading, flow);
  const beside = partOf(shortcut, reading, flow);
  const kinds = beside.specs.map(({ kind }) => kind).join(' ');
  const isNormalised = inner.specs.at(-1)?.kind === 'batch-norm';
  if (kinds !== '' && kinds !== (isNormalised ? 'convolution batch-norm' : 'convolution'))
    fail(`what ${shownNode(sum)} adds is neither what its body reads nor one convolution of it like the body's last`);
  if (beside.flow.channels !== null && inner.flow.channels !== beside.flow.channels)
    fail(`${shownNode(sum)} adds ${inner.flow.channels} and ${beside.flow.channels} channels`);
  return {
    specs: [residual(inner.specs)],
    values: [...inner.values, ...beside.values],
    flow: inner.flow,
  };
}
