/** One tensor: its shape, and its values in row order. */
export type Tensor =
  | { readonly dtype: 'F32'; readonly shape: readonly number[]; readonly data: Float32Array }
  | { readonly dtype: 'I32'; readonly shape: readonly number[]; readonly data: Int32Array }
  | { readonly dtype: 'U8'; readonly shape: readonly number[]; readonly data: Uint8Array };

export type TensorType = Tensor['dtype'];

/** What a safetensors file holds. */
export interface TensorFile {
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** Free text by name. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Bytes of one value. */
export const bytesOfType: Readonly<Record<TensorType, number>> = { F32: 4, I32: 4, U8: 1 };

/** The header's key for what is no tensor. */
export const METADATA_KEY = '__metadata__';

/** A list of f32 values, of one dimension unless a shape is given. */
export function float32Tensor(data: Float32Array, shape: readonly number[] = [data.length]): Tensor {
  return { dtype: 'F32', shape, data };
}

/** A list of bytes, of one dimension unless a shape is given. */
export function bytesTensor(data: Uint8Array, shape: readonly number[] = [data.length]): Tensor {
  return { dtype: 'U8', shape, data };
}

/** How many values a tensor of this shape has; NaN if a size is no whole number from 0, or they are too many to count. */
export function valuesOfShape(shape: readonly number[]): number {
  let values = 1;
  for (const size of shape) {
    values *= size;
    if (!(size >= 0 && Number.isSafeInteger(size) && Number.isSafeInteger(values))) return Number.NaN;
  }
  return values;
}
