import { digestOf } from '@winnow/arithmetic';
import { codeLayers, type ValueLayer } from '../body/layers.js';
import { readMasks } from '../body/masks.js';
import { bitReader } from '../coder/bit-reader.js';
import type { MaskLayer } from '../mask/mask-layer.js';
import { type ByteReader, byteReader, damaged } from './byte-reader.js';
import type { Envelope } from './envelope.js';
import { constantKinds } from './format-numbers.js';
import type { TicketLimits } from './limits.js';
import { readHeader } from './read-header.js';
import { maskLayersOf } from './start-values.js';
import { readTable } from './tables.js';
import type { Ticket, TicketHeader, TicketTensors } from './ticket.js';

/** A ticket that has its values. */
export type StoredTicket = Ticket & { readonly tensors: readonly TicketTensors[] };

/** Reads a ticket of `weights` or of a `supermask`, and proves its digest. @throws UserError for whatever is wrong */
export function readStored({ body, header, mask, values, parts }: Envelope, limits: TicketLimits): StoredTicket {
  const fields = byteReader(header);
  const about = readHeader(fields, limits);
  fields.requireEnd('header');
  const layers = maskLayersOf(about);
  const reader = byteReader(values);
  const { survives, tensors } =
    body === 'weights'
      ? readWeights(layers, mask, reader)
      : readConstants(about, layers, readMasks(layers, mask), reader);
  requireDigest(about, survives, tensors);
  return { header: about, body, parts, training: null, survives, tensors };
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
  about: TicketHeader,
  layers: readonly MaskLayer[],
  survives: readonly Uint8Array[],
  reader: ByteReader,
): Decoded {
  requireSeed(about);
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
  return { survives, tensors };
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

/** @throws UserError unless its start values come from a seed */
export function requireSeed({ start }: TicketHeader): void {
  if (start === null) throw damaged('it needs a seed and has none');
}
