import { readMasks } from '../body/masks.js';
import { byteReader, damaged } from './byte-reader.js';
import { type Envelope, readEnvelope } from './envelope.js';
import { type TicketLimits, usualLimits } from './limits.js';
import { readHeader } from './read-header.js';
import { readStored, requireSeed } from './read-stored.js';
import { readTraining } from './read-training.js';
import { maskLayersOf } from './start-values.js';
import type { Ticket } from './ticket.js';

/**
 * Reads a ticket (docs/ticket-format.md). Nothing in it is believed: magic, version, lengths, checksum, limits and, where
 * values are stored, the digest are checked first.
 * @throws UserError, a sentence, for whatever is wrong
 */
export function readTicket(bytes: Uint8Array, limits: TicketLimits = usualLimits): Ticket {
  const envelope = readEnvelope(bytes, limits);
  return envelope.body === 'recipe' ? readRecipe(envelope, limits) : readStored(envelope, limits);
}

function readRecipe({ body, header, mask, values, parts }: Envelope, limits: TicketLimits): Ticket {
  const fields = byteReader(header);
  const about = readHeader(fields, limits);
  const training = readTraining(fields);
  fields.requireEnd('header');
  requireSeed(about);
  if (values.length > 0) throw damaged('a recipe has no values');
  return { header: about, body, parts, training, survives: readMasks(maskLayersOf(about), mask), tensors: null };
}
