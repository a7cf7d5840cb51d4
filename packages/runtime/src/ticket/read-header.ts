import { UserError } from '@winnow/arithmetic';
import type { PictureShape } from '../mask/picture.js';
import { type ByteReader, damaged } from './byte-reader.js';
import { initialisations, layerKinds } from './format-numbers.js';
import type { TicketLimits } from './limits.js';
import { denseLayers, type StartValues, type TicketHeader, type TicketLayer, type TicketNetwork } from './ticket.js';

/** Reads what every body has, field by field. @throws UserError where it is damaged, or larger than the limits */
export function readHeader(reader: ByteReader, limits: TicketLimits): TicketHeader {
  const network = readNetwork(reader, limits);
  return {
    network,
    picture: readPicture(reader, network),
    scale: reader.float32('input scale'),
    data: { name: reader.text('data name'), digest: reader.digest('data digest') },
    start: readStart(reader),
    digest: reader.digest('digest'),
    test: readTest(reader),
  };
}

function readNetwork(reader: ByteReader, limits: TicketLimits): TicketNetwork {
  const name = reader.text('network name');
  const inputs = readWidth(reader, 'number of inputs', limits);
  const count = reader.count('number of layers');
  if (count > limits.layers) throw tooLarge(`${count} layers`, `${limits.layers}`);
  const layers: TicketLayer[] = [];
  let width = inputs;
  let dense = 0;
  for (let l = 0; l < count; l++) {
    switch (reader.oneOf('kind of layer', layerKinds)) {
      case 'dense': {
        const outputs = readWidth(reader, 'number of outputs', limits);
        const named = reader.text('layer name');
        dense++;
        layers.push({ kind: 'dense', name: named === '' ? `dense ${dense}` : named, inputs: width, outputs });
        width = outputs;
        break;
      }
      case 'relu':
        if (layers.at(-1)?.kind !== 'dense') throw damaged('a ReLU does not follow a dense layer');
        layers.push({ kind: 'relu' });
    }
  }
  if (layers.at(-1)?.kind !== 'dense') throw damaged('its last layer is not dense');
  const network = { name, inputs, classes: width, layers };
  const weights = denseLayers(network).reduce((sum, layer) => sum + layer.inputs * layer.outputs, 0);
  if (weights > limits.weights) throw tooLarge(`${weights} weights`, `${limits.weights}`);
  return network;
}

function readWidth(reader: ByteReader, what: string, { width }: TicketLimits): number {
  const value = reader.count(what);
  if (value === 0) throw damaged(`its ${what} is 0`);
  if (value > width) throw tooLarge(`a ${what} of ${value}`, `${width}`);
  return value;
}

const tooLarge = (what: string, most: string): UserError =>
  new UserError(
    `This ticket claims ${what}, more than the ${most} that this reader accepts. Raise its limits if you trust it.`,
  );

function readPicture(reader: ByteReader, { inputs }: TicketNetwork): PictureShape | null {
  const channels = reader.count('picture', inputs);
  if (channels === 0) return null;
  const height = reader.count('picture height', inputs);
  const width = reader.count('picture width', inputs);
  if (channels * height * width !== inputs)
    throw damaged('its picture does not have as many values as the network inputs');
  return { channels, height, width };
}

function readStart(reader: ByteReader): StartValues | null {
  const has = reader.count('start values', 2);
  if (has === 0) return null;
  const initialisation = reader.oneOf('initialisation', initialisations);
  const seed = reader.count('seed');
  const trial = reader.count('trial', 0xffff_ffff);
  if (has === 1) return { initialisation, seed, trial, draw: { kind: 'initial' } };
  const level = reader.count('level of its draw', 0xffff_ffff);
  const replicate = reader.count('replicate', 0xffff);
  return { initialisation, seed, trial, draw: { kind: 'reinit', level, replicate } };
}

function readTest(reader: ByteReader): TicketHeader['test'] {
  const of = reader.count('test images');
  if (of === 0) return null;
  return { of, correct: reader.count('right test images', of) };
}
