export { writeDenseTensors } from './dense-file.js';
export { readParameters, type StoredParameters, writeParameters } from './parameters-file.js';
export { readSafetensors } from './safetensors/read.js';
export { bytesTensor, float32Tensor, type Tensor, type TensorFile, type TensorType } from './safetensors/tensor.js';
export { writeSafetensors } from './safetensors/write.js';
export {
  bytesOfMasks,
  keptWeights,
  masksOfBytes,
  networkOf,
  networkOfTicket,
  ticketNetwork,
} from './ticket/engine-ticket.js';
export { type Judge, type PackedFrom, type PackedWeights, packWeights, smallestWeights } from './ticket/pack.js';
export type { Quantiser } from './ticket/quantise.js';
export { type WrittenBody, writeTicket } from './ticket/write-ticket.js';
