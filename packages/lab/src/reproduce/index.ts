export { byData } from './data-here.js';
export { estimateReproductions } from './estimate.js';
export { tally, unfinished } from './page.js';
export type { Reproduction, Scale } from './reproduction.js';
export { reproductions, reproductionsNamed } from './reproductions.js';
export { type ReproduceEvent, type ReproduceOptions, reproduce } from './run.js';
export type { Outcome, Verdict } from './verdict.js';
export type { ReproductionResult } from './write.js';
