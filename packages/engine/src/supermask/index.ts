export { keptOf, maskedParameters, maskFactor } from './masked.js';
export { signedConstants } from './signed-constants.js';
export { startSupermask } from './start.js';
export type {
  MaskRule,
  SupermaskAccuracy,
  SupermaskOptions,
  SupermaskResult,
  SupermaskRun,
} from './supermask.js';
