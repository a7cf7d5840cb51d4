export { writeDenseTensors } from './dense-file.js';
export type { LoadedNetwork } from './loaded-network.js';
export { writeNpz } from './npz/write.js';
export { readOnnx } from './onnx/read.js';
export { type OnnxOptions, writeOnnx } from './onnx/write.js';
export { readParameters, type StoredParameters, writeParameters } from './parameters-file.js';
export { readSafetensors } from './safetensors/read.js';
export { readSafetensorsNetwork } from './safetensors/read-network.js';
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
export { type Constants, packSupermask } from './ticket/pack-supermask.js';
export type { Quantiser } from './ticket/quantise.js';
export { type WrittenBody, writeTicket } from './ticket/write-ticket.js';
