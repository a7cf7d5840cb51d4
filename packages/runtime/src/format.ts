export { codeLayers, type StoredValues, type ValueLayer } from './body/layers.js';
export { readMasks, writeMasks } from './body/masks.js';
export type { BitCoder } from './coder/bit-coder.js';
export { bitReader } from './coder/bit-reader.js';
export { type BitWriter, bitWriter } from './coder/bit-writer.js';
export type { MaskLayer } from './mask/mask-layer.js';
export type { PictureShape } from './mask/picture.js';
export { float16Of, valueOfFloat16 } from './values/float16.js';
export type { ValueCode } from './values/value-code.js';
