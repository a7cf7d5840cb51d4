export { allInOrder } from './all-in-order.js';
export { bitsOfFloat32, float32OfBits } from './bits.js';
export { coefficients } from './coefficients.js';
export { cosineHalf } from './cosine.js';
export { digestOf } from './digest.js';
export { bernoulli, fillUint32, permutation, probabilityBound, uint32At } from './draws.js';
export { RunError, UserError } from './errors.js';
export { expf, logf } from './exp.js';
export { listed } from './listed.js';
export { log64 } from './log.js';
export {
  andMask,
  type BitMask,
  countOnes,
  emptyMask,
  fullMask,
  isFull,
  maskFromBytes,
  maskFromIndices,
  maskFromPredicate,
  maskHas,
  maskIndices,
  masksEqual,
} from './mask.js';
export { nearestName, suggestion } from './nearest-name.js';
export { inverseNormal, normals, TRUNCATED_DEVIATION, truncatedNormals, uniforms } from './normal.js';
export type { Stream } from './packed-stream.js';
export { multiplyHigh, philox } from './philox.js';
export { roundedCount } from './rounding.js';
export { largestPositions } from './select.js';
export { Sha256, sha256 } from './sha256.js';
export { sigmoidf } from './sigmoid.js';
export { type Draw, type DrawOf, startStream } from './start-stream.js';
export { randomStream, type StreamName } from './streams.js';
