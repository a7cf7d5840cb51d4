import { digestOf, UserError } from '@winnow/arithmetic';
import { codeLayers, type ValueLayer } from '../body/layers.js';
import { readMasks } from '../body/masks.js';
import { bitReader } from '../coder/bit-reader.js';
import type { MaskLayer } from '../mask/mask-layer.js';
import { type ByteReader, byteReader, damaged } from './byte-reader.js';
import { crc32 } from './crc32.js';
import { bodyKinds, constantKinds, MAGIC, VERSION } from './format-numbers.js';
import { type TicketLimits, usualLimits } from './limits.js';
import { readHeader } from './read-header.js';
import { readTraining } from './read-training.js';
import { maskLayersOf } from './start-values.js';
import { readTable } from './tables.js';
import type { BodyKind, Ticket, TicketHeader, TicketTensors } from './ticket.js';

/** The parts of a ticket, checked by magic, version, lengths and checksum, not yet decoded. */
interface Envelope {
  readonly body: BodyKind;
  readonly header: Uint8Array;
  readonly mask: Uint8Array;
  readonly values: Uint8Array;
}

/**
 * Reads a ticket (docs/ticket-format.md). Nothing in it is believed: magic, version, lengths, checksum, limits and, where
 * values are stored, the digest are checked first.
 * @throws UserError, a sentence, for whatever is wrong
 */
export function readTicket(bytes: Uint8Array, limits: TicketLimits = usualLimits): Ticket {
  const { body, header, mask, values } = readEnvelope(bytes, limits);
  const fields = byteReader(header);
  const about = readHeader(fields, limits);
  const training = body === 'recipe' ? readTraining(fields) : null;
  fields.requireEnd('header');
  if (body !== 'weights' && about.start === null) throw damaged(`a ${body} needs a seed and has none`);
  const parts = { header: bytes.length - mask.length - values.length, mask: mask.length, values: values.length };
  const common = { header: about, body, parts, training };
  const layers = maskLayersOf(about);
  if (body === 'weights') {
    const { survives, tensors } = readWeights(layers, mask, byteReader(values));
    requireDigest(about, survives, tensors);
    return { ...common, survives, tensors };
  }
  const survives = readMasks(layers, mask);
  if (body === 'supermask') {
    const tensors = readConstants(layers, survives, byteReader(values));
    requireDigest(about, survives, tensors);
    return { ...common, survives, tensors };
  }
  if (values.length > 0) throw damaged('a recipe has no values');
  return { ...common, survives, tensors: null };
}

function readEnvelope(bytes: Uint8Array, limits: TicketLimits): Envelope {
  if (MAGIC.some((byte, i) => bytes[i] !== byte)) throw new UserError('This is no ticket: it does not begin like one.');
  if (bytes.length > limits.bytes)
    throw new UserError(
      `This ticket has ${bytes.length} bytes, more than the ${limits.bytes} that this reader accepts.`,
    );
  const reader = byteReader(bytes.subarray(MAGIC.length));
  const version = reader.byte('version');
  if (version !== VERSION)
    throw new UserError(
      `This ticket is of version ${version}; this reader knows version ${VERSION}. Read it with a newer one.`,
    );
  const end = bytes.length - 4;
  const stored = end < 0 ? 0 : new DataView(bytes.buffer, bytes.byteOffset + end, 4).getUint32(0, true);
  if (end < 0 || stored !== crc32(bytes.subarray(0, end))) throw damaged('its checksum is wrong');
  const body = reader.oneOf('body', bodyKinds);
  const lengths = [reader.count('header length'), reader.count('mask length'), reader.count('values length')];
  const [header, mask, values] = lengths.map((length, i) => reader.bytes(['header', 'mask', 'values'][i], length));
  reader.bytes('checksum', 4);
  reader.requireEnd('file');
  return { body, header, mask, values };
}

interface Decoded {
  readonly survives: readonly Uint8Array[];
  readonly tensors: readonly TicketTensors[];
}

function readWeights(layers: readonly MaskLayer[], mask: Uint8Array, reader: ByteReader): Decoded {
  const survives = layers.map(({ inputs, outputs }) => new Uint8Array(inputs * outputs));
  const stored: ValueLayer[] = layers.map(({ inputs, outputs }) => ({
    weightCode: readTable(reader),
    biasCode: readTable(reader),
    weights: new Float32Array(inputs * outputs),
    biases: new Float32Array(outputs),
  }));
  codeLayers(layers, survives, bitReader(mask), { layers: stored, coder: bitReader(reader.rest()) });
  for (const { weights, biases } of stored) {
    if (!weights.every(Number.isFinite) || !biases.every(Number.isFinite)) throw damaged('a value is not finite');
  }
  return { survives, tensors: stored };
}

/** Values that are grown: start values times a factor, or their signs times it. Biases are 0. */
function readConstants(
  layers: readonly MaskLayer[],
  survives: readonly Uint8Array[],
  reader: ByteReader,
): readonly TicketTensors[] {
  const kind = reader.oneOf('kind of constants', constantKinds);
  const tensors = layers.map(({ initial, outputs }, l) => {
    const factor = reader.float32('factor');
    const weights = initial.map((value, i) => {
      if (survives[l][i] === 0) return 0;
      return kind === 'initial' ? value * factor : value < 0 ? 0 - factor : factor;
    });
    return { weights, biases: new Float32Array(outputs) };
  });
  reader.requireEnd('constants');
  return tensors;
}

/** @throws UserError unless survivors in row order, then biases, layer by layer, have the header's digest */
function requireDigest(
  { digest }: TicketHeader,
  survives: readonly Uint8Array[],
  tensors: readonly TicketTensors[],
): void {
  const found = digestOf(
    tensors.flatMap(({ weights, biases }, l) => [weights.filter((_, i) => survives[l][i] === 1), biases]),
  );
  if (found !== digest) throw damaged('its parameters do not have the digest that it names');
}
