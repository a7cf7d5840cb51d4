import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { UserError } from '@winnow/arithmetic';
import { isNpy, isPng, readNpy, readPng } from '@winnow/data';

/** One picture: bytes that will be scaled, or floats that will not. */
export type Pixels = Uint8Array | Float32Array;

/**
 * Reads pictures of `inputs` values from an IDX file of unsigned bytes (gzipped or not), a .npy array or a PNG.
 * @throws UserError if it is none of these, or its pictures have another size
 */
export async function readPictures(path: string, inputs: number): Promise<readonly Pixels[]> {
  const raw = await readFile(path).catch((error: unknown) => {
    throw new UserError(`${path} cannot be read: ${error instanceof Error ? error.message.split(',')[0] : error}.`);
  });
  try {
    const file = raw[0] === 0x1f && raw[1] === 0x8b ? gunzipSync(raw) : raw;
    return divided(path, valuesOf(file), inputs);
  } catch (error) {
    if (error instanceof UserError) throw new UserError(`${path}: ${error.message}`);
    if (error instanceof Error && 'code' in error) throw new UserError(`${path} is damaged.`);
    if (error instanceof RangeError) throw new UserError(`${path} ${error.message}`);
    throw error;
  }
}

function valuesOf(file: Buffer): Pixels {
  if (isPng(file)) return readPng(file).values;
  if (file.readUInt16BE(0) === 0 && file[2] === 8 && file[3] > 0) return idxValues(file);
  if (isNpy(file)) return npyValues(file);
  throw new UserError('This is no IDX file of bytes, no .npy array and no PNG.');
}

function idxValues(file: Buffer): Uint8Array {
  const header = 4 + 4 * file[3];
  let values = 1;
  for (let d = 0; d < file[3]; d++) values *= file.readUInt32BE(4 + 4 * d);
  if (values !== file.length - header)
    throw new UserError(`It announces ${values} values and has ${file.length - header}.`);
  return file.subarray(header);
}

/** Floats that a network is given as they are, or bytes. */
function npyValues(file: Buffer): Pixels {
  const { values, type } = readNpy(file);
  if (values instanceof Uint8Array || values instanceof Float32Array) return values;
  throw new UserError(`Its array is of type ${type}; only u1 and f4 are read.`);
}

function divided(path: string, values: Pixels, inputs: number): readonly Pixels[] {
  if (values.length === 0 || values.length % inputs !== 0)
    throw new UserError(
      `${values.length} values are no pictures of ${inputs} values each, which the network takes (${path}).`,
    );
  return Array.from({ length: values.length / inputs }, (_, i) => values.subarray(i * inputs, (i + 1) * inputs));
}
