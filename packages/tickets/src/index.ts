export * from './before-training/index.js';
export {
  type CellId,
  type CellKind,
  type ControlKind,
  controlKinds,
  type Schedule,
  schedules,
  searchedKind,
} from './cells/cell.js';
export { cellDependencies, hasKnownCounts } from './cells/dependencies.js';
export type { Rewind, Search, TrainedCell, TrainingStart } from './cells/search.js';
export { cellStart, masksAfter, rewindsTickets, startUnder } from './cells/start.js';
export { criteria, criterionByName, criterionNames, criterionOf } from './criteria/index.js';
export {
  type Criterion,
  type CriterionSource,
  type Group,
  type GroupCriterion,
  type Region,
  type Score,
  scoreFor,
  type Weight,
  type WeightCriterion,
} from './criterion.js';
export { earlyBirdDefaults, earlyBirdOf, largestDistance, maskDistance } from './early-bird/early-bird.js';
export type { EarlyBird } from './early-bird/rule.js';
export { iterativePruning, type Level, type SearchInMemory, type Trained } from './iterative-pruning.js';
export { type Mask0Action, mask0Actions } from './mask-actions/mask-0.js';
export { type Mask1Action, mask1Actions } from './mask-actions/mask-1.js';
export { countsByLevel, densityAtLevel, type LevelCounts, levelForDensity } from './pruning/counts.js';
export { criterionPlanes, type LayerPlane } from './pruning/plane.js';
export { oneShotMasks, type PruningContext, prune } from './pruning/prune.js';
export type { Pruning } from './pruning/pruning.js';
export { type RandomMaskOf, randomMasks } from './pruning/random-masks.js';
export type { TrainedValues } from './pruning/survivor-group.js';
export * from './supermask/index.js';
export { findWinner, type JudgedCell } from './winner.js';
