import { bytesOfType, METADATA_KEY, type Tensor, type TensorFile, valuesOfShape } from './tensor.js';

/** Header and data start at multiples of this, so that readers may map the file and view the values in place. */
const ALIGNMENT = 8;

/**
 * A safetensors file (https://huggingface.co/docs/safetensors): the header's length in 8 bytes, a JSON header, and the
 * values of the tensors one after the other, lowest byte first. Tensors of wider values come first, so that each is
 * aligned; else they keep their order. The same input gives the same bytes.
 *
 * @throws RangeError if a tensor's shape and values disagree, or its name is taken by the format
 */
export function writeSafetensors({ tensors, metadata }: TensorFile): Uint8Array {
  const ordered = [...tensors].sort(([, a], [, b]) => bytesOfType[b.dtype] - bytesOfType[a.dtype]);
  const entries: [string, unknown][] = Object.keys(metadata).length > 0 ? [[METADATA_KEY, metadata]] : [];
  let end = 0;
  for (const [name, tensor] of ordered) {
    requireWritable(name, tensor);
    const begin = end;
    end += tensor.data.byteLength;
    entries.push([name, { dtype: tensor.dtype, shape: tensor.shape, data_offsets: [begin, end] }]);
  }

  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const headerBytes = Math.ceil(json.length / ALIGNMENT) * ALIGNMENT;
  const file = new Uint8Array(8 + headerBytes + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.fill(0x20, 8, 8 + headerBytes);
  file.set(json, 8);
  let at = 8 + headerBytes;
  for (const [, { data }] of ordered) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return file;
}

function requireWritable(name: string, { shape, data }: Tensor): void {
  if (name === METADATA_KEY) throw new RangeError(`a tensor cannot be named ${METADATA_KEY}`);
  if (valuesOfShape(shape) !== data.length) {
    throw new RangeError(`tensor "${name}" of shape (${shape.join(', ')}) has ${data.length} values`);
  }
}
