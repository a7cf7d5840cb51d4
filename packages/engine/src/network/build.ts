import { UserError } from '@winnow/arithmetic';
import type { LayerSpec } from './layers.js';
import { type ImageShape, imageSize, type Layer, type Network } from './network.js';

/**
 * A network from its layers, first to last. It ends with a dense layer, whose outputs are the classes' logits.
 *
 *     network('small', 784, [dense(100), relu(), dense(10)])
 *     network('seeing', { channels: 3, height: 32, width: 32 }, [convolution(16), relu(), maxPool(), flatten(), dense(10)])
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
  const layers: Layer[] = [];
  let values: Values = image === null ? { count, image: null } : { count, image };
  for (const spec of specs) {
    const layer = placed(name, spec, values, layers);
    layers.push(layer);
    values = after(layer, values);
  }
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

function after(layer: Layer, values: Values): Values {
  switch (layer.kind) {
    case 'dense':
      return { count: layer.outputs, image: null };
    case 'convolution':
    case 'max-pool':
      return { count: imageSize(layer.output), image: layer.output };
    case 'relu':
      return values;
    case 'flatten':
      return { count: values.count, image: null };
  }
}

function placed(network: string, spec: LayerSpec, values: Values, before: readonly Layer[]): Layer {
  switch (spec.kind) {
    case 'dense': {
      const name = named(network, spec, 'dense', before);
      requireSize(network, `outputs of layer "${name}"`, spec.outputs);
      if (values.image !== null && before.length > 0) {
        throw new UserError(`Network "${network}": put a flatten layer between pictures and layer "${name}".`);
      }
      return { kind: 'dense', name, inputs: values.count, outputs: spec.outputs };
    }
    case 'convolution': {
      const name = named(network, spec, 'convolution', before);
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
      requireWindow(network, `layer "${name}"`, kernel, input, output);
      return { kind: 'convolution', name, input, output, kernel, stride, padding };
    }
    case 'relu': {
      const kind = before.at(-1)?.kind;
      if (kind !== 'dense' && kind !== 'convolution') {
        throw new UserError(
          `Network "${network}" has a ReLU that does not follow a dense layer or a convolution. Put it before the pooling.`,
        );
      }
      return { kind: 'relu' };
    }
    case 'max-pool': {
      const { size: window, stride } = spec;
      requireSize(network, 'window of a max pooling', window);
      requireSize(network, 'stride of a max pooling', stride);
      const last = before.at(-1)?.kind === 'relu' ? before.at(-2) : before.at(-1);
      if (last?.kind !== 'convolution') {
        throw new UserError(`Network "${network}" has a max pooling that does not follow a convolution or its ReLU.`);
      }
      const input = requireImageBefore(network, 'a max pooling', values);
      const size = (length: number): number => Math.floor((length - window) / stride) + 1;
      const output = { channels: input.channels, height: size(input.height), width: size(input.width) };
      requireWindow(network, 'a max pooling', window, input, output);
      return { kind: 'max-pool', input, output, size: window, stride };
    }
    case 'flatten':
      requireImageBefore(network, 'a flatten layer', values);
      return { kind: 'flatten' };
  }
}

function named(
  network: string,
  { name: given }: { readonly name: string | null },
  kind: 'dense' | 'convolution',
  before: readonly Layer[],
): string {
  const name = given ?? `${kind} ${before.filter((layer) => layer.kind === kind).length + 1}`;
  if (before.some((layer) => 'name' in layer && layer.name === name)) {
    throw new UserError(`Network "${network}" has two layers named "${name}". Give each its own name.`);
  }
  return name;
}

function requireImageBefore(network: string, what: string, { image }: Values): ImageShape {
  if (image !== null) return image;
  throw new UserError(
    `Network "${network}": ${what} takes pictures, but what comes before it gives a list of values. Say the inputs' channels, height and width.`,
  );
}

function requireWindow(network: string, what: string, size: number, input: ImageShape, output: ImageShape): void {
  if (output.height >= 1 && output.width >= 1) return;
  throw new UserError(
    `Network "${network}": the window of ${what} (${size} × ${size}) is larger than its picture of ${input.height} × ${input.width}.`,
  );
}

function requireImage(network: string, { channels, height, width }: ImageShape): void {
  for (const [what, size] of Object.entries({ channels, height, width })) requireSize(network, `inputs' ${what}`, size);
}

function requireSize(network: string, what: string, size: number): void {
  if (Number.isInteger(size) && size >= 1 && size <= 0x7fff_ffff) return;
  throw new UserError(`Network "${network}": the ${what} must be a positive integer, not ${size}.`);
}
