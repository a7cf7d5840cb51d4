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
export { type Packed, withoutDead } from './ticket/drop-dead.js';
export {
  bytesOfMasks,
  keptWeights,
  masksOfBytes,
  networkOf,
  networkOfTicket,
  parametersOf,
  tensorsOf,
  ticketNetwork,
} from './ticket/engine-ticket.js';
export { judgeOf, litInputs } from './ticket/judge.js';
export {
  type Judge,
  type PackedFrom,
  type PackedValues,
  type PackedWeights,
  packQuantised,
  packWeights,
  smallestWeights,
} from './ticket/pack.js';
export { type Constants, packSupermask } from './ticket/pack-supermask.js';
export { biasTable, nearestValue, placeValues, type Quantised, type Quantiser, tablesFor } from './ticket/quantise.js';
export { type WrittenBody, writeTicket } from './ticket/write-ticket.js';
