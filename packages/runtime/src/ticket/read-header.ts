import type { PictureShape } from '../mask/picture.js';
import { type ByteReader, damaged } from './byte-reader.js';
import { initialisations } from './format-numbers.js';
import type { TicketLimits } from './limits.js';
import { readNetwork } from './read-network.js';
import type { ChannelScaling, StartValues, TicketHeader } from './ticket.js';

/** Reads what every body has, field by field. @throws UserError where it is damaged, or larger than the limits */
export function readHeader(reader: ByteReader, limits: TicketLimits): TicketHeader {
  const { network, picture } = readNetwork(reader, limits);
  return {
    network,
    picture,
    ...readScaling(reader, picture),
    data: { name: reader.text('data name'), digest: reader.digest('data digest') },
    start: readStart(reader),
    digest: reader.digest('digest'),
    test: readTest(reader),
  };
}

/** A scale of 0 says that each channel of the picture has a factor and a shift of its own. */
function readScaling(reader: ByteReader, picture: PictureShape | null): Pick<TicketHeader, 'scale' | 'channels'> {
  const scale = reader.float32('input scale');
  if (scale !== 0) return { scale };
  if (picture === null) throw damaged('its channels have no picture');
  const channels = Array.from(
    { length: picture.channels },
    (): ChannelScaling => ({ factor: reader.float32('factor'), shift: reader.float32('shift') }),
  );
  return { scale: 1, channels };
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
