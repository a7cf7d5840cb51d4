import { UserError } from '@winnow/arithmetic';
import { batchNorm, convolution, type LayerSpec } from './layers.js';
import {
  type ConvolutionLayer,
  type DropoutLayer,
  type ImageShape,
  imageSize,
  type Layer,
  type Network,
  type ResidualLayer,
} from './network.js';

/**
 * A network from its layers, first to last. It ends with a dense layer, whose outputs are the classes' logits.
 *
 *     network('small', 784, [dense(100), relu(), dense(10)])
 *     network('seeing', { channels: 3, height: 32, width: 32 }, [convolution(16), relu(), maxPool(), flatten(), dense(10)])
 *     network('deep', image, [convolution(16), batchNorm(), relu(), residual([convolution(16), batchNorm()]), relu(), …])
 *
 * @param inputs values of one example, or the shape of its picture
 * @throws UserError if a size is no positive integer, a name is used twice, a layer stands where it cannot, or the last
 * layer is not dense
 */
export function network(name: string, inputs: number | ImageShape, specs: readonly LayerSpec[]): Network {
  const image = typeof inputs === 'number' ? null : inputs;
  if (image !== null) requireImage(name, image);
  const count = typeof inputs === 'number' ? inputs : imageSize(inputs);
  requireSize(name, 'inputs', count);
  const first = specs[0]?.kind;
  if (first !== undefined && first !== 'dense' && first !== 'convolution' && first !== 'relu' && first !== 'flatten') {
    throw new UserError(`Network "${name}" must begin with a dense layer or a convolution.`);
  }
  const start: Values = { count, image };
  const { layers, values } = chain({ network: name, names: new Set(), counts: new Map() }, specs, start);
  if (layers.at(-1)?.kind !== 'dense') {
    throw new UserError(`Network "${name}" must end with a dense layer, whose outputs are the classes.`);
  }
  return { name, inputs: count, ...(image && { image }), classes: values.count, layers };
}

/** What one layer hands to the next. */
interface Values {
  readonly count: number;
  /** null for a plain list. */
  readonly image: ImageShape | null;
}

/** What is known of the network while its layers are placed. */
interface Building {
  readonly network: string;
  readonly names: Set<string>;
  /** Layers of each kind so far. */
  readonly counts: Map<string, number>;
}

/** Layers one after the other. */
function chain(building: Building, specs: readonly LayerSpec[], from: Values) {
  const layers: Layer[] = [];
  let values = from;
  for (const spec of specs) {
    const layer = placed(building, spec, values, layers);
    layers.push(layer);
    values = after(layer, values);
  }
  return { layers, values };
}

function after(layer: Layer, values: Values): Values {
  switch (layer.kind) {
    case 'dense':
      return { count: layer.outputs, image: null };
    case 'convolution':
    case 'max-pool':
    case 'average-pool':
    case 'subsample':
    case 'residual':
      return { count: imageSize(layer.output), image: layer.output };
    case 'relu':
    case 'batch-norm':
    case 'dropout':
      return values;
    case 'flatten':
      return { count: values.count, image: null };
  }
}

function placed(building: Building, spec: LayerSpec, values: Values, before: readonly Layer[]): Layer {
  const { network } = building;
  switch (spec.kind) {
    case 'dense': {
      const name = named(building, spec, 'dense');
      requireSize(network, `outputs of layer "${name}"`, spec.outputs);
      if (values.image !== null && before.length > 0) {
        throw new UserError(`Network "${network}": put a flatten layer between pictures and layer "${name}".`);
      }
      return { kind: 'dense', name, inputs: values.count, outputs: spec.outputs };
    }
    case 'convolution':
      return placedConvolution(building, spec, values);
    case 'relu': {
      const kind = before.at(-1)?.kind;
      if (kind !== 'dense' && kind !== 'convolution' && kind !== 'batch-norm' && kind !== 'residual') {
        throw new UserError(
          `Network "${network}" has a ReLU that does not follow a dense layer, a convolution, a batch norm or a residual layer. Put it before the pooling.`,
        );
      }
      return { kind: 'relu' };
    }
    case 'batch-norm': {
      const kind = before.at(-1)?.kind;
      if (kind !== 'dense' && kind !== 'convolution') {
        throw new UserError(
          `Network "${network}" has a batch norm that does not follow a dense layer or a convolution directly.`,
        );
      }
      return { kind: 'batch-norm' };
    }
    case 'max-pool': {
      const { size, stride } = spec;
      return { kind: 'max-pool', ...pooled(network, 'max', values, size, size, stride), size, stride };
    }
    case 'average-pool': {
      const { size, stride } = spec;
      const shapes = pooled(network, 'average', values, size, size, stride);
      return { kind: 'average-pool', ...shapes, rows: size, columns: size, stride };
    }
    case 'global-average-pool': {
      const { height, width } = requireImageBefore(network, 'an average pooling', values);
      const shapes = pooled(network, 'average', values, height, width, 1);
      return { kind: 'average-pool', ...shapes, rows: height, columns: width, stride: 1 };
    }
    case 'dropout':
      return dropoutLayer(network, spec.rate);
    case 'residual':
      return placedResidual(building, spec, values);
    case 'flatten':
      requireImageBefore(network, 'a flatten layer', values);
      return { kind: 'flatten' };
  }
}

/** @throws UserError unless some values are dropped and some are kept */
export function dropoutLayer(network: string, rate: number): DropoutLayer {
  if (rate > 0 && rate < 1 && 1 - rate < 1) return { kind: 'dropout', rate };
  throw new UserError(`Network "${network}": the rate of a dropout must be above 0 and below 1, not ${rate}.`);
}

function placedConvolution(
  building: Building,
  spec: Extract<LayerSpec, { kind: 'convolution' }>,
  values: Values,
): ConvolutionLayer {
  const { network } = building;
  const name = named(building, spec, 'convolution');
  const { kernel, stride, padding, outputs } = spec;
  requireSize(network, `outputs of layer "${name}"`, outputs);
  requireSize(network, `kernel of layer "${name}"`, kernel);
  requireSize(network, `stride of layer "${name}"`, stride);
  if (!(Number.isInteger(padding) && padding >= 0 && padding < kernel)) {
    throw new UserError(
      `Network "${network}": the padding of layer "${name}" must be a whole number from 0 to ${kernel - 1}, not ${padding}.`,
    );
  }
  const input = requireImageBefore(network, `layer "${name}"`, values);
  const size = (length: number): number => Math.floor((length + 2 * padding - kernel) / stride) + 1;
  const output = { channels: outputs, height: size(input.height), width: size(input.width) };
  requireWindow(network, `layer "${name}"`, kernel, kernel, input, output);
  return { kind: 'convolution', name, input, output, kernel, stride, padding };
}

function pooled(
  network: string,
  kind: 'max' | 'average',
  values: Values,
  rows: number,
  columns: number,
  stride: number,
): { readonly input: ImageShape; readonly output: ImageShape } {
  const what = kind === 'max' ? 'a max pooling' : 'an average pooling';
  requireSize(network, `window of ${what}`, rows);
  requireSize(network, `stride of ${what}`, stride);
  const input = requireImageBefore(network, what, values);
  const output = {
    channels: input.channels,
    height: Math.floor((input.height - rows) / stride) + 1,
    width: Math.floor((input.width - columns) / stride) + 1,
  };
  requireWindow(network, what, rows, columns, input, output);
  return { input, output };
}

/** The body, and the shortcut that gives what the body gives: nothing at all where the body keeps the shape. */
function placedResidual(
  building: Building,
  spec: Extract<LayerSpec, { kind: 'residual' }>,
  values: Values,
): ResidualLayer {
  const { network } = building;
  const wrong = (rule: string) => new UserError(`Network "${network}" has a residual layer ${rule}.`);
  const input = requireImageBefore(network, 'a residual layer', values);
  if (spec.body[0]?.kind !== 'convolution') throw wrong('whose body does not begin with a convolution');
  for (const { kind } of spec.body) {
    if (kind === 'convolution' || kind === 'batch-norm' || kind === 'relu') continue;
    throw wrong(`with a ${kind} layer in its body, which may hold convolutions, batch norms and ReLUs`);
  }
  if (spec.body.at(-1)?.kind === 'relu') throw wrong('whose body ends with a ReLU: put it behind the residual layer');
  const body = chain(building, spec.body, values);
  const output = requireImageBefore(network, 'a residual layer', body.values);
  const common = { kind: 'residual', input, output, body: body.layers } as const;
  if (output.channels === input.channels && output.height === input.height && output.width === input.width) {
    return { ...common, shortcut: [] };
  }
  // Rounded up, as a convolution with that stride and its usual padding does.
  const stride = Math.ceil(input.height / output.height);
  const strided = (length: number) => Math.ceil(length / stride);
  if (strided(input.height) !== output.height || strided(input.width) !== output.width) {
    throw wrong(
      `that makes ${output.height} × ${output.width} of ${input.height} × ${input.width}, which no stride of a shortcut does`,
    );
  }
  switch (spec.shortcut) {
    case 'padding':
      if (output.channels < input.channels)
        throw wrong('with fewer channels after than before, which padding cannot give');
      return { ...common, shortcut: [{ kind: 'subsample', input, output, stride }] };
    case 'projection': {
      const projection = convolution(output.channels, { kernel: 1, stride });
      const norm = spec.body.at(-1)?.kind === 'batch-norm' ? [batchNorm()] : [];
      return { ...common, shortcut: chain(building, [projection, ...norm], values).layers };
    }
  }
}

function named(
  { network, names, counts }: Building,
  { name: given }: { readonly name: string | null },
  kind: 'dense' | 'convolution',
): string {
  const number = (counts.get(kind) ?? 0) + 1;
  counts.set(kind, number);
  const name = given ?? `${kind} ${number}`;
  if (names.has(name)) {
    throw new UserError(`Network "${network}" has two layers named "${name}". Give each its own name.`);
  }
  names.add(name);
  return name;
}

function requireImageBefore(network: string, what: string, { image }: Values): ImageShape {
  if (image !== null) return image;
  throw new UserError(
    `Network "${network}": ${what} takes pictures, but what comes before it gives a list of values. Say the inputs' channels, height and width.`,
  );
}

function requireWindow(
  network: string,
  what: string,
  rows: number,
  columns: number,
  input: ImageShape,
  output: ImageShape,
): void {
  if (output.height >= 1 && output.width >= 1) return;
  throw new UserError(
    `Network "${network}": the window of ${what} (${rows} × ${columns}) is larger than its picture of ${input.height} × ${input.width}.`,
  );
}

function requireImage(network: string, { channels, height, width }: ImageShape): void {
  for (const [what, size] of Object.entries({ channels, height, width })) requireSize(network, `inputs' ${what}`, size);
}

function requireSize(network: string, what: string, size: number): void {
  if (Number.isInteger(size) && size >= 1 && size <= 0x7fff_ffff) return;
  throw new UserError(`Network "${network}": the ${what} must be a positive integer, not ${size}.`);
}
