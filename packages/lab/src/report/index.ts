export { cellsCsv, metricsCsv } from './csv.js';
export type {
  CellResult,
  CriterionPlane,
  ImageShape,
  MetricPoint,
  Plain,
  ReportCell,
  ReportKind,
  ReportRun,
  RunResult,
} from './input.js';
export { type LevelRow, levelRows } from './levels.js';
export { markdownTable, type PaperValue } from './markdown.js';
export { resultSentence } from './sentence.js';
export { type Spread, spreadOf } from './statistics.js';
export { type WrittenReport, writeReport } from './write.js';
