import type { UserError } from '@winnow/arithmetic';
import type { PictureShape } from '../mask/picture.js';
import { type ByteReader, damaged } from './byte-reader.js';
import { layerKinds } from './format-numbers.js';
import { type TicketLimits, tooLarge } from './limits.js';
import type { TicketLayer, TicketNetwork } from './ticket.js';
import { weightLayers } from './weight-layers.js';

/** A layer as it is written: what it reads follows from the layers before it. */
interface Written {
  readonly kind: TicketLayer['kind'];
  readonly outputs: number;
  readonly name: string;
  /** Of a kernel or a pooling's window. */
  readonly size: number;
  readonly stride: number;
  readonly padding: number;
}

/** Reads a network and how its inputs lie. @throws UserError where its layers do not fit, or are larger than the limits */
export function readNetwork(
  reader: ByteReader,
  limits: TicketLimits,
): { readonly network: TicketNetwork; readonly picture: PictureShape | null } {
  const name = reader.text('network name');
  const inputs = readWidth(reader, 'number of inputs', limits);
  const count = reader.count('number of layers');
  if (count > limits.layers) throw tooLarge(`${count} layers`, limits.layers);
  const written = Array.from({ length: count }, () => readLayer(reader, limits));
  const picture = readPicture(reader, inputs);
  const layers: TicketLayer[] = [];
  let image = picture;
  let width = inputs;
  for (const layer of written) {
    const placed = placeLayer(layer, width, image, layers);
    layers.push(placed);
    if (placed.kind === 'dense') width = placed.outputs;
    if (placed.kind === 'dense' || placed.kind === 'flatten') image = null;
    if ('output' in placed) {
      image = placed.output;
      width = image.channels * image.height * image.width;
    }
    if (width > limits.width) throw tooLarge(`a layer of ${width} values`, limits.width);
  }
  if (layers.at(-1)?.kind !== 'dense') throw damaged('its last layer is not dense');
  const network = { name, inputs, classes: width, layers };
  const weights = weightLayers(network).reduce((sum, layer) => sum + layer.inputs * layer.outputs, 0);
  if (weights > limits.weights) throw tooLarge(`${weights} weights`, limits.weights);
  return { network, picture };
}

function readLayer(reader: ByteReader, limits: TicketLimits): Written {
  const kind = reader.oneOf('kind of layer', layerKinds);
  const ownsWeights = kind === 'dense' || kind === 'convolution';
  const outputs = ownsWeights ? readWidth(reader, 'number of outputs', limits) : 0;
  const name = ownsWeights ? reader.text('layer name') : '';
  const hasWindow = kind === 'convolution' || kind === 'max-pool';
  const size = hasWindow ? readWidth(reader, 'window', limits) : 0;
  const stride = hasWindow ? readWidth(reader, 'stride', limits) : 0;
  const padding = kind === 'convolution' ? reader.count('padding', size - 1) : 0;
  return { kind, outputs, name, size, stride, padding };
}

function placeLayer(
  { kind, outputs, name: given, size, stride, padding }: Written,
  inputs: number,
  input: PictureShape | null,
  before: readonly TicketLayer[],
): TicketLayer {
  const name = given || `${kind} ${before.filter((layer) => layer.kind === kind).length + 1}`;
  const last = before.at(-1)?.kind;
  if (kind === 'dense') {
    if (input !== null && before.length > 0) throw misplaced(kind);
    return { kind, name, inputs, outputs };
  }
  if (kind === 'relu') {
    if (last !== 'dense' && last !== 'convolution') throw misplaced(kind);
    return { kind };
  }
  if (input === null) throw misplaced(kind);
  if (kind === 'flatten') return { kind };
  const slid = (length: number): number => Math.floor((length + 2 * padding - size) / stride) + 1;
  const output = { channels: outputs || input.channels, height: slid(input.height), width: slid(input.width) };
  if (output.height < 1 || output.width < 1) throw misplaced(kind);
  if (kind === 'convolution') return { kind, name, input, output, kernel: size, stride, padding };
  return { kind, input, output, size, stride };
}

const misplaced = (kind: string): UserError => damaged(`its ${kind} layer does not fit`);

function readWidth(reader: ByteReader, what: string, { width }: TicketLimits): number {
  const value = reader.count(what);
  if (value === 0) throw damaged(`its ${what} is 0`);
  if (value > width) throw tooLarge(`a ${what} of ${value}`, width);
  return value;
}

function readPicture(reader: ByteReader, inputs: number): PictureShape | null {
  const channels = reader.count('picture', inputs);
  if (channels === 0) return null;
  const height = reader.count('picture height', inputs);
  const width = reader.count('picture width', inputs);
  if (channels * height * width !== inputs) throw damaged('its picture does not fit its inputs');
  return { channels, height, width };
}
