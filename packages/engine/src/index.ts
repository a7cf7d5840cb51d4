export type { Arena, Backend, BackendName, Fault, InstructionSet } from './backends/backend.js';
export { availableBackends, type BackendChoice, backendChoiceFromEnvironment, loadBackend } from './backends/load.js';
export { reference } from './backends/reference.js';
export { arithmetic, LANES, VIRTUAL_LANES } from './contract.js';
export { type ChangingData, changingData, type DataChange, type Teacher } from './data/changing-data.js';
export { hardlyJudged } from './data/hardly-judged.js';
export type { EvaluationSet, LaidOutData, TrainingSet } from './data/laid-out-data.js';
export { layOut } from './data/lay-out.js';
export { initialParameters, initialTensors } from './initialisation/initial.js';
export { initialisationByName, initialisationNames } from './initialisation/initialisers.js';
export { fullMasks, type Masks, requireMasksOf, survivors } from './masks.js';
export { network } from './network/build.js';
export { conv2, conv4, conv6 } from './network/conv.js';
export { resnet20, vgg19 } from './network/deep.js';
export { type DescribedLayer, describeNetwork, type NetworkDescription } from './network/describe.js';
export {
  averagePool,
  batchNorm,
  type ConvolutionOptions,
  convolution,
  dense,
  dropout,
  flatten,
  globalAveragePool,
  type LayerSpec,
  maxPool,
  relu,
  residual,
} from './network/layers.js';
export { lenet300 } from './network/lenet300.js';
export type {
  AveragePoolLayer,
  BatchNormLayer,
  ConvolutionLayer,
  DenseLayer,
  DropoutLayer,
  FlattenLayer,
  ImageShape,
  Layer,
  MaxPoolLayer,
  Network,
  ReluLayer,
  ResidualLayer,
  SubsampleLayer,
  WeightLayer,
} from './network/network.js';
export { type ExampleForm, familyOf, networkByName, networkForData, networkNames } from './network/registry.js';
export { weightCount, weightLayers } from './network/weight-layers.js';
export { dropoutOf, withDropout } from './network/with-dropout.js';
export {
  denseTensors,
  digestParameters,
  type LayerParameters,
  type Parameters,
  requireParametersOf,
  restrict,
  startBiases,
  survivorsOf,
  tensorsBeside,
} from './parameters.js';
export { compilePlan, type PlanRequest } from './plan/compile.js';
export { type Chunking, describePlan, type LayerDescription, type PlanDescription } from './plan/describe.js';
export { MOST_THREADS } from './plan/division.js';
export type { Plan } from './plan/plan.js';
export { openPredictor, type Predictor, type PredictorOptions } from './prediction/predictor.js';
export { augmentations, type OptimizerOverrides, type RecipeOverrides, recipeFor } from './recipe/normalise.js';
export { optimizerByName, optimizerNames } from './recipe/optimizers.js';
export { deepFamilies, recipeNames } from './recipe/papers.js';
export { rateAt } from './recipe/rate.js';
export type { Augmentation, Initialisation, Optimizer, RateSchedule, Recipe } from './recipe/recipe.js';
export * from './supermask/index.js';
export { trainByEpochs } from './training/by-epochs.js';
export { type DataOrder, dataOrder } from './training/data-order.js';
export { type Evaluation, type EvaluationOptions, evaluateParameters } from './training/evaluate.js';
export { type GradientOptions, lossGradient } from './training/loss-gradient.js';
export { startTraining } from './training/start.js';
export { type StatisticsOptions, withMeasuredStatistics } from './training/statistics.js';
export { type TimedPlan, timeLayers } from './training/time-layers.js';
export type {
  EarlyStop,
  FinalMetrics,
  MetricRow,
  SavedRun,
  SavedRunMeta,
  TrainingOptions,
  TrainingResult,
  TrainingRun,
} from './training/training.js';
