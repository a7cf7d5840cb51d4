export { isSupermaskRun, readSupermask, type StoredSupermask } from './read-supermask.js';
export { readSupermaskRun, type StoredSupermaskRun } from './read-supermask-run.js';
export { supermaskReport, supermaskSentence } from './report.js';
export { runSupermask, type SupermaskEvent, type SupermaskRunOptions } from './run-supermask.js';
export {
  type FrozenValues,
  frozenValues,
  normaliseSupermask,
  type SupermaskExperiment,
  type SupermaskInput,
  type SupermaskKind,
  supermaskKinds,
} from './supermask-experiment.js';
export { bestPoint, type SupermaskSummary, type SupermaskTrial, type SweepPoint } from './supermask-result.js';
