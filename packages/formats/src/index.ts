export { writeDenseTensors } from './dense-file.js';
export { readParameters, type StoredParameters, writeParameters } from './parameters-file.js';
export { readSafetensors } from './safetensors/read.js';
export { bytesTensor, float32Tensor, type Tensor, type TensorFile, type TensorType } from './safetensors/tensor.js';
export { writeSafetensors } from './safetensors/write.js';
