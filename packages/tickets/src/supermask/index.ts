export {
  heuristicMasks,
  type JudgedDensities,
  type MasksOfDensities,
  onePowerDensities,
  type Power,
  sweepLayers,
} from './heuristic.js';
