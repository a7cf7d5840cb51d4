import { UserError } from '@winnow/arithmetic';
import { byteReader, damaged } from './byte-reader.js';
import { crc32 } from './crc32.js';
import { bodyKinds, MAGIC, VERSION } from './format-numbers.js';
import { type TicketLimits, tooLarge } from './limits.js';
import type { BodyKind, TicketParts } from './ticket.js';

/** The parts of a ticket, checked by magic, version, lengths and checksum, not yet decoded. */
export interface Envelope {
  readonly body: BodyKind;
  readonly header: Uint8Array;
  readonly mask: Uint8Array;
  readonly values: Uint8Array;
  readonly parts: TicketParts;
}

/** @throws UserError for what is no ticket, is damaged, larger than the limits, or of another version */
export function readEnvelope(bytes: Uint8Array, limits: TicketLimits): Envelope {
  if (MAGIC.some((byte, i) => bytes[i] !== byte)) throw new UserError('This is no ticket: it does not begin like one.');
  if (bytes.length > limits.bytes) throw tooLarge(`${bytes.length} bytes`, limits.bytes);
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
  const names = ['header', 'mask', 'values'];
  const lengths = names.map((name) => reader.count(name));
  const [header, mask, values] = names.map((name, i) => reader.bytes(name, lengths[i]));
  reader.bytes('checksum', 4);
  reader.requireEnd('file');
  const parts = { header: bytes.length - mask.length - values.length, mask: mask.length, values: values.length };
  return { body, header, mask, values, parts };
}
