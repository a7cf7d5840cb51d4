import { randomStream, uint32At } from '@winnow/arithmetic';
import { crc32 } from '@winnow/runtime/format';

/** A file with a few bytes changed, cut, or put in; seven of eight have a checksum that fits, so that they get further. */
export function mutated(file: Uint8Array, n: number): Uint8Array {
  const stream = randomStream({ kind: 'split', seed: n });
  let drawn = 0;
  const draw = (below: number): number => uint32At(stream, drawn++) % below;
  const bytes = Array.from(file);
  for (let change = draw(4); change >= 0; change--) {
    const at = draw(2) === 0 ? draw(bytes.length) : draw(Math.min(120, bytes.length));
    const value = [0, 0xff, 0x80, draw(256)][draw(4)];
    if (draw(8) > 0) bytes[at] = value;
    else if (draw(2) === 0) bytes.splice(at, 1 + draw(9));
    else bytes.splice(at, 0, value);
  }
  const changed = Uint8Array.from(bytes);
  if (changed.length >= 4 && draw(8) > 0)
    new DataView(changed.buffer).setUint32(changed.length - 4, crc32(changed.subarray(0, -4)), true);
  return changed;
}
