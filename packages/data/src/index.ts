export {
  checkDataSet,
  type DataSetCheck,
  type DataSetDescription,
  describeDataSets,
  type ExamplesCheck,
} from './check.js';
export { cifar10 } from './cifar10.js';
export {
  type ChannelScaling,
  channelScalings,
  countPerClass,
  type DataSet,
  type Examples,
  type InputScaling,
  inputFactor,
} from './dataset.js';
export { fashionMnist } from './fashion.js';
export { idxFolder } from './idx-folder.js';
export { mnist } from './mnist.js';
export { dataSets, loadDataSet, parseDataSpec } from './registry.js';
export type { DataSource } from './source.js';
export { type Split, type SplitOptions, splitDataSet } from './split.js';
