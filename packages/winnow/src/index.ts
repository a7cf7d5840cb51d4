// The library in one import: nothing is decided here.
export { RunError, UserError } from '@winnow/arithmetic';
export { type DataSet, fashionMnist, idxFolder, loadDataSet, mnist } from '@winnow/data';
export {
  type BackendChoice,
  dense,
  type LayerSpec,
  lenet300,
  type MetricRow,
  type Network,
  network,
  networkByName,
  networkNames,
  type Recipe,
  relu,
} from '@winnow/engine';
export {
  type CellSummary,
  defineExperiment,
  type Experiment,
  type ExperimentInput,
  type FindTicketOptions,
  type FoundNetwork,
  type FoundTicket,
  findTicket,
  type LabEvent,
  loadExperiment,
  normaliseExperiment,
  normaliseSupermask,
  planExperiment,
  type RunOptions,
  type RunSummary,
  readRun,
  runExperiment,
  runSupermask,
  type StoredRun,
  type SupermaskExperiment,
  type SupermaskInput,
  type SupermaskRunOptions,
  type SupermaskSummary,
} from '@winnow/lab';
export type { Criterion, Pruning, Region, Score } from '@winnow/tickets';
export { criterionNames } from '@winnow/tickets';
