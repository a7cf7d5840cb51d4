import { bitReader } from '../coder/bit-reader.js';
import { bitWriter } from '../coder/bit-writer.js';
import type { MaskLayer } from '../mask/mask-layer.js';
import { codeLayers } from './layers.js';

/** Writes masks alone, one for each layer, first to last: (outputs, inputs) bytes of 0 and 1. */
export function writeMasks(layers: readonly MaskLayer[], survives: readonly Uint8Array[]): Uint8Array {
  const writer = bitWriter();
  codeLayers(layers, survives, writer.code, null);
  return writer.finish();
}

/** Reads back what `writeMasks` wrote. Any bytes give some masks. */
export function readMasks(layers: readonly MaskLayer[], bytes: Uint8Array): readonly Uint8Array[] {
  const survives = layers.map(({ inputs, outputs }) => new Uint8Array(inputs * outputs));
  codeLayers(layers, survives, bitReader(bytes), null);
  return survives;
}
