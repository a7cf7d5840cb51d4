export { masksBeforeTraining, type Untrained } from './masks.js';
export { type BeforeTraining, beforeTrainingMethods, isBeforeTraining } from './method.js';
export type { GradientAt } from './sensitivity.js';
export { requireFlow } from './synaptic-flow.js';
