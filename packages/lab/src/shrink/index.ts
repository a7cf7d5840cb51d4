export { type Anchor, bytesByAccuracy, type ShrinkSeries } from './bytes-by-accuracy.js';
export { shrinkSentence } from './page.js';
export { runShrink, type ShrinkEvent, type ShrinkRunOptions, ticketOf } from './run-shrink.js';
export { normaliseShrink, type ShrinkExperiment, type ShrinkInput } from './shrink-experiment.js';
export { readShrinkSummary } from './shrink-folder.js';
export { paretoFront, type ShrinkFile, type ShrinkKind, type ShrinkSummary, smallestFile } from './shrink-result.js';
