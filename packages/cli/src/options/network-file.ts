import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { listed, UserError } from '@winnow/arithmetic';
import {
  type LoadedNetwork,
  readOnnx,
  readSafetensorsNetwork,
  writeDenseTensors,
  writeNpz,
  writeOnnx,
} from '@winnow/formats';

export interface NetworkFileOptions {
  readonly metadata: Readonly<Record<string, string>>;
  /** Sparse initialisers, in ONNX. */
  readonly sparse: boolean;
}

const writable = ['.safetensors', '.npz', '.onnx'] as const;

/** Checks a name to be written before any work is done. @throws UserError for an unknown ending, or `sparse` without ONNX */
export function requireNetworkFile(file: string, sparse: boolean): void {
  endingOf(file);
  if (sparse && endingOf(file) !== '.onnx') {
    throw new UserError(`--sparse is for ONNX: name a file that ends in .onnx in place of ${file}.`);
  }
}

/** A network in the format of the file's ending. @throws UserError for an unknown one */
export function networkBytes(file: string, trained: LoadedNetwork, options: NetworkFileOptions): Uint8Array {
  const { network, masks, parameters } = trained;
  switch (endingOf(file)) {
    case '.safetensors':
      return writeDenseTensors(network, masks, parameters, options.metadata);
    case '.npz':
      return writeNpz(network, masks, parameters);
    case '.onnx':
      return writeOnnx(network, masks, parameters, options);
  }
}

function endingOf(file: string): (typeof writable)[number] {
  const ending = writable.find((known) => known === extname(file).toLowerCase());
  if (ending !== undefined) return ending;
  throw new UserError(`"${file}" must end in ${listed(writable, 'or')}: that decides its format.`);
}

/** Reads a network that was trained elsewhere. @throws UserError if it is missing, damaged, or none that Winnow knows */
export async function readNetworkFile(file: string): Promise<LoadedNetwork> {
  const ending = extname(file).toLowerCase();
  if (ending !== '.onnx' && ending !== '.safetensors') {
    throw new UserError(`"${file}" must end in .onnx or .safetensors: Winnow reads networks from these.`);
  }
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new UserError(`${file} cannot be read (${error.code}). Check the path.`);
  });
  return ending === '.onnx' ? readOnnx(bytes, file) : readSafetensorsNetwork(bytes, file);
}
