import { uint32At } from '@winnow/arithmetic';
import type { Memory, Operands } from './memory.js';

/** Keeps and scales what is drawn, and sets the rest to 0. */
export function dropout({ floats, words }: Memory, step: number, o: Operands<'dropout'>): void {
  const [key0, key1, counter1, counter2] = words.subarray(o.stream, o.stream + 4);
  const stream = { key0, key1, counter1, counter2, counter3: words[o.counters + step] };
  for (let i = 0; i < o.count; i++) {
    const isKept = uint32At(stream, i) < o.bound >>> 0 && (o.gate === 0 || floats[o.gate + i] > 0);
    floats[o.y + i] = isKept ? Math.fround(floats[o.x + i] * floats[o.factor]) + 0 : 0;
  }
}
