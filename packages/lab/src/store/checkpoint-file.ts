import type { SavedRun, SavedRunMeta } from '@winnow/engine';
import { float32Tensor, readSafetensors, writeSafetensors } from '@winnow/formats';
import { sha256Of } from './manifest.js';

/**
 * A checkpoint as one safetensors file, so that it is replaced in one step: the arrays as tensors, the rest as JSON in the
 * metadata, with the hash of its cell and a checksum over all.
 */
export function writeCheckpoint({ meta, arrays }: SavedRun, hash: string): Uint8Array {
  const tensors = new Map(Object.entries(arrays).map(([name, values]) => [name, float32Tensor(values)]));
  const text = JSON.stringify(meta);
  return writeSafetensors({ tensors, metadata: { cell: hash, training: text, checksum: checksum(text, arrays) } });
}

/** Reads a checkpoint of this cell without trusting it; null if it is damaged or another cell's. */
export function readCheckpoint(bytes: Uint8Array, hash: string, file: string): SavedRun | null {
  try {
    const { tensors, metadata } = readSafetensors(bytes, file);
    const { cell, training = '', checksum: sum } = metadata;
    const arrays: Record<string, Float32Array> = {};
    for (const [name, tensor] of tensors) if (tensor.dtype === 'F32') arrays[name] = tensor.data;
    if (cell !== hash || sum !== checksum(training, arrays)) return null;
    return { meta: JSON.parse(training) as SavedRunMeta, arrays };
  } catch {
    return null;
  }
}

function checksum(text: string, arrays: SavedRun['arrays']): string {
  const parts = Object.keys(arrays)
    .sort()
    .map(
      (name) =>
        `${name} ${sha256Of(new Uint8Array(arrays[name].buffer, arrays[name].byteOffset, arrays[name].byteLength))}`,
    );
  return sha256Of(new TextEncoder().encode([text, ...parts].join('\n')));
}
