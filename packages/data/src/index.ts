export type { DownloadOptions } from './archive/archive.js';
export { arrayFile } from './arrays/array-file.js';
export { isNpy, type NumpyArray, readNpy } from './arrays/npy.js';
export { cacheFolder } from './cache.js';
export {
  checkDataSet,
  type DataSetCheck,
  type DataSetDescription,
  describeDataSets,
  type ExamplesCheck,
} from './check.js';
export { cifar10 } from './cifar10.js';
export { cifar100 } from './cifar100.js';
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
export { pictureFolder } from './pictures/picture-folder.js';
export { isPng, type Picture, readPng } from './pictures/png.js';
export { dataSets, getDataSet, loadDataSet, parseDataSpec } from './registry.js';
export type { DataSource } from './source.js';
export { type Split, type SplitOptions, splitDataSet } from './split.js';
